import { parse } from "csv-parse/sync";
import { describe, expect, it } from "vitest";
import { exportBadRows } from "../../lib/admin/imports/exportBadRows.ts";
import { listBadRows } from "../../lib/admin/imports/listBadRows.ts";
import { listImports } from "../../lib/admin/imports/listImports.ts";
import { readImport } from "../../lib/admin/imports/readImport.ts";
import { RefusedError } from "../../lib/api/errors.ts";
import { callOperation } from "../../lib/api/operation.ts";
import { csv, csvRow, serve } from "../import/support.ts";
import { auditOf } from "../support/audit.ts";
import { importNowAndWait } from "../support/jobs.ts";
import { refusal } from "../support/refusal.ts";
import { admin, BAD, CANARY, database, MIXED, newCompany, startForImports, support, upload } from "./importSupport.ts";

startForImports();

/** What became of an upload in which nothing was good. */
async function reportOf(uploaded: ReturnType<typeof upload>) {
  const failed = await uploaded.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(failed instanceof RefusedError && "report" in failed)) throw failed;
  return failed.report as Awaited<typeof uploaded>;
}

async function downloadOf(id: string): Promise<string> {
  return new Response((await callOperation(admin, exportBadRows, { id })).content).text();
}

const BROKEN_FIRST = [
  '"q1,03.11.2026 09:00:00,broken',
  "q2,31.02.2026 09:00:00,03.11.2026 09:05:00,192.0.2.1,NL,nl,2,,,,,1.5,100,0.01,,Hoi",
  'q3,03.11.2026 09:00:00,03.11.2026 09:05:00,192.0.2.1,NL,nl,deux,,,,,1.5,100,0.01,,"mit ""Zitat"""',
  "q4,03.11.2026 09:00:00,03.11.2026 09:05:00,192.0.2.1,NL,nl,x,,,,,1.5,100,0.01,,Hoi",
].join("\n");

describe("bad rows", () => {
  it("are listed page by page, and their texts shown with the permission and a record alone", async () => {
    const companyId = await newCompany();
    const { importRunId: id } = await upload(companyId, MIXED);
    const first = await callOperation(support, listBadRows, { id, limit: 2 });
    const rest = await callOperation(support, listBadRows, { id, limit: 2, cursor: first.nextCursor });
    expect(rest.nextCursor).toBeNull();
    expect([...first.badRows, ...rest.badRows].map(({ line, raw }) => [line, raw])).toEqual([
      [2, null],
      [4, null],
      [6, null],
    ]);
    const ofOneKind = await callOperation(support, listBadRows, { id, code: "bad_number" });
    expect(ofOneKind.badRows.map(({ line }) => line)).toEqual([4]);
    await expect(callOperation(support, listBadRows, { id, reveal: true })).rejects.toEqual(
      refusal("forbidden", "imports.reveal"),
    );
    const revealed = await callOperation(admin, listBadRows, { id, reveal: "true" });
    expect(revealed.badRows.map(({ raw }) => raw)).toEqual(BAD);
    const audit = await auditOf(database.pool, "import", id);
    expect(audit).toMatchObject([{ action: "imports.reveal", outcome: "done", companyId, details: { badRows: 3 } }]);
    await expect(callOperation(support, listBadRows, { id: "nobody" })).rejects.toEqual(refusal("not_found"));
  });

  it("are given back quoted afresh, with code and reason, and taken again when they are mended", async () => {
    const companyId = await newCompany();
    const { importRunId: id } = await upload(companyId, MIXED);
    await expect(callOperation(support, exportBadRows, { id })).rejects.toEqual(refusal("forbidden"));
    const download = await callOperation(admin, exportBadRows, { id });
    expect(download).toMatchObject({ type: "text/csv; charset=utf-8", fileName: `bad-rows-${id}.csv` });
    const text = await new Response(download.content).text();
    expect(text).toBe(
      [
        `${BAD[0]},"bad_date","Column 2 (start) is not a date in the form DD.MM.YYYY HH:mm:ss: 31.02.2024 10:00:00"\r\n`,
        `${BAD[1]},"bad_number","Column 7 (messages sent) is not a whole number from 0 to 1,000,000."\r\n`,
        `"short",${BAD[2]?.slice(6)},"column_count","The row has 2 columns instead of 16."\r\n`,
      ].join(""),
    );
    expect((await auditOf(database.pool, "import", id)).at(-1)).toMatchObject({
      action: "imports.download_bad_rows",
      companyId,
    });

    const mended = text.replace("31.02.2024", "28.02.2024").replace("many", "2");
    expect(await upload(companyId, mended)).toMatchObject({ rows: 3, imported: 2, bad: 1 });
    const { rows } = await database.pool.query(
      `SELECT "initialMsg" FROM "Session" WHERE "companyId" = $1 AND "initialMsg" NOT LIKE 'Question of%' ORDER BY 1`,
      [companyId],
    );
    expect(rows.map(({ initialMsg }) => initialMsg)).toEqual([CANARY, "two\nlines"]);
  });

  it("that are many are all given back; a long one says that it is cut", async () => {
    const companyId = await newCompany();
    const long = `x,${"y".repeat(30_000)}`;
    const { importRunId: id } = await upload(companyId, `${"a,b\n".repeat(450)}${long}\n${csv({ id: "good" })}`);
    const text = await new Response((await callOperation(admin, exportBadRows, { id })).content).text();
    const lines = text.trimEnd().split("\r\n");
    expect(lines).toHaveLength(451);
    expect(lines.at(-1)).toBe(
      `"x","${"y".repeat(19_998)}","column_count","The row has 2 columns instead of 16. This row is too long to show in full. These are its first 20000 characters."`,
    );
  });

  it("are read row by row by every program, whatever was wrong with their quotes, and stay bad until they are mended", async () => {
    const companyId = await newCompany();
    const { importRunId: id } = await upload(companyId, `${csv({ id: "good" })}${BROKEN_FIRST}`);
    const text = await downloadOf(id);
    const rows: string[][] = parse(text, { bom: true, relax_column_count: true });
    expect(rows.map((fields) => [fields[0], fields.at(-2)])).toEqual([
      ['"q1', "broken_quoting"],
      ["q2", "bad_date"],
      ["q3", "bad_number"],
      ["q4", "bad_number"],
    ]);
    expect(rows[2]?.[15]).toBe('mit "Zitat"');
    expect(await reportOf(upload(companyId, text))).toMatchObject({ rows: 4, imported: 0, bad: 4 });
    const mended = text.replace("31.02.2026", "28.02.2026").replace("deux", "2").replace('"x"', '"3"');
    expect(await upload(companyId, mended)).toMatchObject({ rows: 4, imported: 3, bad: 1 });
  });

  it("with too few columns stay bad when a spreadsheet has filled the row up", async () => {
    const companyId = await newCompany();
    const short = csvRow({ id: "short" }).split(",").slice(0, 14).join(",");
    const { importRunId: id } = await upload(companyId, `${csv({ id: "good" })}${short}\n`);
    const [row = []]: string[][] = parse(await downloadOf(id), { bom: true, relax_column_count: true });
    expect(row).toHaveLength(16);
    for (const padding of [0, 2, 6]) {
      const sent = [...row, ...Array(padding).fill("")].map((cell) => `"${cell}"`).join(",");
      const again = upload(companyId, `${csv({ id: "good" })}${sent}\n`);
      expect((await callOperation(admin, readImport, { id: (await again).importRunId })).badRows).toMatchObject([
        { code: "column_count", reason: "The row has 14 columns instead of 16." },
      ]);
    }
  });

  it("come back in their own bytes with `raw`, and with a lost character stay bad however often they are sent", async () => {
    const companyId = await newCompany();
    const good = csvRow({ id: "good", message: "über" });
    const wrong = Buffer.concat([Buffer.from(csvRow({ id: "wrong" }).slice(0, -1)), Buffer.from([0xfc, 0x81, 0x22])]);
    const nul = Buffer.from(csvRow({ id: "nul\0", message: "ü" }));
    const file = Buffer.concat([Buffer.from(`${good}\r\n`), wrong, Buffer.from("\r\n"), nul, Buffer.from("\r\n")]);
    const { importRunId: id } = await upload(companyId, file);
    const download = await callOperation(admin, exportBadRows, { id, raw: "true" });
    expect(download).toMatchObject({ type: "application/octet-stream", fileName: `bad-rows-${id}-raw.csv` });
    const bytes = Buffer.from(await new Response(download.content).arrayBuffer());
    expect(bytes).toEqual(Buffer.concat([wrong, Buffer.from("\r\n"), nul, Buffer.from("\r\n")]));

    const again = await reportOf(upload(companyId, (await downloadOf(id)).split("\r\n")[0] ?? ""));
    expect(again.badRows).toMatchObject([
      { code: "invalid_encoding", reason: expect.stringContaining("still contains") },
    ]);
    const once = await downloadOf((await callOperation(support, listImports, { companyId })).imports[0]?.id ?? "");
    expect((await reportOf(upload(companyId, once))).badRows).toMatchObject([{ code: "invalid_encoding" }]);
    expect(await upload(companyId, once.replaceAll("\uFFFD", "ü"))).toMatchObject({ imported: 1, bad: 0 });
  });

  it.each([
    ["UTF-16LE", (text: string) => Buffer.from(`\uFEFF${text}`, "utf16le")],
    ["UTF-16BE", (text: string) => Buffer.from(`\uFEFF${text}`, "utf16le").swap16()],
    ["Windows-1252", (text: string) => Buffer.from(text, "latin1")],
  ])("come back in %s, in which they came", async (_, encode) => {
    const companyId = await newCompany();
    const row = csvRow({ id: "bad", messagesSent: "fünf" }).replaceAll(",", ";");
    const good = csvRow({ id: "good", message: "ü" }).replaceAll(",", ";");
    const { importRunId: id } = await upload(companyId, encode(`${good}\r${row}\r`));
    const download = await callOperation(admin, exportBadRows, { id, raw: true });
    expect(Buffer.from(await new Response(download.content).arrayBuffer())).toEqual(encode(`${row}\r`));
    const [fields = []]: string[][] = parse(await downloadOf(id), { bom: true });
    expect([fields[0], fields[6], fields[16], fields.length]).toEqual(["bad", "fünf", "bad_number", 18]);
  });

  it("of a feed are kept once, with a count and their first and last time, and listed with the latest import", async () => {
    let file = "";
    const feed = await serve((_, response) => response.end(file));
    const companyId = await newCompany({ csvUrl: `${feed.origin}/feed.csv` });
    let hour = 0;
    const at = (hours: number) => new Date(Date.UTC(2026, 10, 26, hours));
    const ctx = { ...admin, clock: { ...admin.clock, now: () => at(hour) } };
    const round = async (...rows: string[]) => {
      hour += 1;
      file = csv({ id: "good" }, ...rows);
      const { importRunId, bad } = (await importNowAndWait(ctx, companyId)).outcome;
      const id = String(importRunId);
      const { badRows } = await callOperation(ctx, listBadRows, { id });
      return { id, bad, rows: badRows.map(({ line, times, firstAt, lastAt }) => [line, times, firstAt, lastAt]) };
    };
    const [a, b] = ["a,b", csvRow({ id: "b", start: "never" })];
    try {
      const first = await round(a, a, b);
      const t = [0, 1, 2, 3].map((hours) => at(hours).toISOString());
      expect(first).toMatchObject({ bad: 3, rows: [2, 3, 4].map((line) => [line, 1, t[1], t[1]]) });
      const second = await round(b, a, a);
      expect(second).toMatchObject({ bad: 3, rows: [2, 3, 4].map((line) => [line, 2, t[1], t[2]]) });
      expect(await round(a)).toMatchObject({ bad: 1, rows: [[2, 3, t[1], t[3]]] });
      const left = await callOperation(ctx, readImport, { id: second.id });
      expect(left).toMatchObject({ import: { bad: 3 }, badRows: [{ line: 2 }, { line: 4, times: 2 }] });
      expect((await callOperation(ctx, readImport, { id: first.id })).badRows).toEqual([]);
      // The same rows from elsewhere are another matter.
      expect(await upload(companyId, `${csv({ id: "good" })}${a}\n`, { name: "feed.csv" })).toMatchObject({ bad: 1 });
      const { rows } = await database.pool.query(
        `SELECT count(*)::int AS "n" FROM "ImportBadRow" b JOIN "ImportRun" r ON r."id" = b."importRunId" WHERE r."companyId" = $1`,
        [companyId],
      );
      expect(rows).toEqual([{ n: 4 }]);
    } finally {
      await feed.close();
    }
  });
});
