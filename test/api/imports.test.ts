import { parse } from "csv-parse/sync";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createCompany } from "../../lib/admin/companies/createCompany.ts";
import { importNow } from "../../lib/admin/companies/importNow.ts";
import { exportBadRows } from "../../lib/admin/imports/exportBadRows.ts";
import { listBadRows } from "../../lib/admin/imports/listBadRows.ts";
import { listImports } from "../../lib/admin/imports/listImports.ts";
import { readImport } from "../../lib/admin/imports/readImport.ts";
import { uploadCsv } from "../../lib/admin/imports/uploadCsv.ts";
import { RefusedError } from "../../lib/api/errors.ts";
import { type CallContext, callVerb } from "../../lib/api/verb.ts";
import { NothingImportedError } from "../../lib/import/tally.ts";
import { csv, csvRow, serve } from "../import/support.ts";
import { auditOf } from "../support/audit.ts";
import { callerOf } from "../support/caller.ts";
import { consoleContext } from "../support/consoleContext.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { pagesOf } from "../support/pages.ts";
import { refusal } from "../support/refusal.ts";
import { silentLog } from "../web/support.ts";

const CANARY = '=SECRET()"; words of a person';
let database: TestDatabase;
let admin: CallContext;
let support: CallContext;
beforeAll(async () => {
  database = await createTestDatabase();
  const ctx = consoleContext(database.pool, silentLog());
  const config = { ...ctx.config, FETCH_PRIVATE_ADDRESSES: true, CSV_MAX_BYTES: 100_000 };
  admin = callerOf({ ...ctx, config }, "ADMIN");
  support = callerOf({ ...ctx, config }, "SUPPORT");
});
afterAll(() => database.drop());

let made = 0;
async function newCompany(given: object = {}): Promise<string> {
  made += 1;
  return (await callVerb(admin, createCompany, { name: `Company ${made}`, ...given })).company.id;
}

async function upload(companyId: string, content: string | Buffer, given: object = {}, ctx = admin) {
  const stream = new Blob([new Uint8Array(Buffer.from(content))]).stream();
  const report = await callVerb(ctx, uploadCsv, { companyId, ...given }, stream);
  return { ...report, importRunId: report.importRunId ?? "" };
}

/** What became of an upload, whether or not anything in it was good. */
async function reportOf(uploaded: Promise<{ importRunId: string }>) {
  const failed = await uploaded.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(failed instanceof RefusedError && failed.cause instanceof NothingImportedError)) throw failed;
  return failed.cause.report;
}

async function downloadOf(id: string): Promise<string> {
  return new Response((await callVerb(admin, exportBadRows, { id })).content).text();
}

const BROKEN_FIRST = [
  '"q1,03.11.2026 09:00:00,broken',
  "q2,31.02.2026 09:00:00,03.11.2026 09:05:00,192.0.2.1,NL,nl,2,,,,,1.5,100,0.01,,Hoi",
  'q3,03.11.2026 09:00:00,03.11.2026 09:05:00,192.0.2.1,NL,nl,deux,,,,,1.5,100,0.01,,"mit ""Zitat"""',
  "q4,03.11.2026 09:00:00,03.11.2026 09:05:00,192.0.2.1,NL,nl,x,,,,,1.5,100,0.01,,Hoi",
].join("\n");

const BAD = [
  csvRow({ id: "bad1", start: "31.02.2024 10:00:00", message: CANARY }),
  csvRow({ id: "bad2", messagesSent: "many", message: "two\nlines" }),
  `short,"${CANARY.replaceAll('"', '""')}"`,
];
const MIXED = csv({ id: "a" }, BAD[0] ?? "", { id: "b" }, BAD[1] ?? "", BAD[2] ?? "");

describe("uploading a CSV", () => {
  it("answers what became of its rows, is one of the imports, and records who did it", async () => {
    const companyId = await newCompany();
    const report = await upload(companyId, MIXED, { name: "november.csv" });
    const transcripts = { named: 0, found: 0, used: 0, skipped: 0, withoutSpeakers: 0 };
    const counts = { rows: 5, imported: 2, updated: 0, unchanged: 0, bad: 3, transcripts };
    expect(report).toEqual({
      importRunId: expect.any(String),
      ...counts,
      format: "UTF-8, separated by commas, lines end with LF",
      warnings: [],
      badRows: [{ line: 2 }, { line: 4 }, { line: 6 }].map((row) => expect.objectContaining(row)),
    });
    const { import: run, badRows } = await callVerb(support, readImport, { id: report.importRunId });
    expect(run).toEqual({
      id: report.importRunId,
      companyId,
      companyName: `Company ${made}`,
      source: "november.csv",
      state: "finished",
      startedAt: expect.any(String),
      progressAt: expect.any(String),
      finishedAt: expect.any(String),
      ...counts,
      format: "UTF-8, separated by commas, lines end with LF",
      error: null,
    });
    expect(badRows.map(({ line, code }) => [line, code])).toEqual([
      [2, "bad_date"],
      [4, "bad_number"],
      [6, "column_count"],
    ]);
    expect(JSON.stringify(badRows)).not.toContain("SECRET");
    expect(await auditOf(database.pool, "import", report.importRunId)).toEqual([
      { action: "imports.upload", outcome: "done", actorId: admin.actor.id, companyId, details: null },
    ]);
    expect(await upload(companyId, MIXED)).toMatchObject({ imported: 0, unchanged: 2, bad: 3 });
  });

  it("reads times in the zone that is given, and fetches the transcripts that its rows name", async () => {
    const companyId = await newCompany({ timeZone: "Europe/Amsterdam" });
    const server = await serve((_, response) => response.end("[01.03.2024 10:00:00] User: From the transcript"));
    try {
      const text = csv({ id: "t", url: `${server.origin}/t` }, { id: "r", url: "/r" });
      const report = await upload(companyId, text, { timeZone: "Asia/Tokyo" });
      const transcripts = { named: 2, found: 1, used: 1, skipped: 1, withoutSpeakers: 0 };
      const code = "transcript_relative";
      const warnings = [{ code, reason: expect.stringContaining("no CSV address"), count: 1, examples: ["line 2"] }];
      expect(report).toMatchObject({ imported: 2, transcripts, warnings });
      const read = await callVerb(support, readImport, { id: report.importRunId });
      expect(read).toMatchObject({ import: { transcripts }, warnings });
      expect((await callVerb(support, listImports, { companyId })).imports).toMatchObject([{ transcripts }]);
    } finally {
      await server.close();
    }
    const { rows } = await database.pool.query(
      `SELECT s."startTime", m."content" FROM "Session" s JOIN "Message" m ON m."sessionId" = s."id" WHERE s."companyId" = $1
        ORDER BY m."content"`,
      [companyId],
    );
    const startTime = new Date("2024-03-01T01:00:00Z");
    expect(rows).toEqual([
      { startTime, content: "From the transcript" },
      { startTime, content: "Question of r" },
    ]);
  });

  it("only says what it would come to as a dry run, and leaves no trace", async () => {
    const companyId = await newCompany();
    const report = await callVerb(admin, uploadCsv, { companyId, dryRun: "true" }, new Blob([MIXED]).stream());
    expect(report).toMatchObject({ importRunId: null, rows: 5, imported: 2, bad: 3 });
    expect(Number(report.estimatedCostEur)).toBeGreaterThan(0);
    expect(report.badRows.map(({ line }) => line)).toEqual([2, 4, 6]);
    expect((await callVerb(support, listImports, { companyId })).imports).toEqual([]);
    const { rows } = await database.pool.query(`SELECT 1 FROM "Session" WHERE "companyId" = $1`, [companyId]);
    expect(rows).toEqual([]);
    await expect(upload("nobody", MIXED, { dryRun: true })).rejects.toEqual(refusal("not_found"));
    await expect(upload(companyId, "a,b", { dryRun: true })).rejects.toEqual(
      refusal("import_failed", "The only row could not be imported"),
    );
    await expect(upload(companyId, MIXED, { dryRun: true }, support)).rejects.toEqual(refusal("forbidden"));
    expect(await upload(companyId, MIXED)).toMatchObject({ imported: 2 });
  });

  it("at the same time as another of the same company brings each session once", async () => {
    const companyId = await newCompany();
    const text = csv(...Array.from({ length: 300 }, (_, index) => ({ id: `s${index}` })));
    const reports = await Promise.all([upload(companyId, text), upload(companyId, text), upload(companyId, text)]);
    expect(reports.reduce((sum, { imported }) => sum + imported, 0)).toBe(300);
    const { rows } = await database.pool.query(
      `SELECT count(*)::int AS "n" FROM "AIProcessingRequest" WHERE "companyId" = $1`,
      [companyId],
    );
    expect(rows).toEqual([{ n: 300 }]);
  });

  it("waits for its turn when four run already, those that are silent not counted", async () => {
    const companyId = await newCompany();
    const now = Date.now();
    await database.rows.importRuns(5, (n) => ({
      id: `open${n}`,
      companyId,
      startedAt: new Date(now - 86_400_000),
      progressAt: n > 1 ? new Date(now) : null,
    }));
    const refused = upload(companyId, MIXED, { name: "waiting.csv" });
    await expect(refused).rejects.toEqual(refusal("too_many_calls", "4 imports are already running"));
    const { imports } = await callVerb(support, listImports, { companyId });
    expect(imports.map(({ source }) => source)).not.toContain("waiting.csv");
    await database.pool.query(`UPDATE "ImportRun" SET "finishedAt" = now() WHERE "id" = 'open2'`);
    expect(await upload(companyId, MIXED)).toMatchObject({ imported: 2 });
    await database.pool.query(`UPDATE "ImportRun" SET "finishedAt" = now() WHERE "companyId" = $1`, [companyId]);
  });

  it("says what is wrong with it, in the import too", async () => {
    const companyId = await newCompany();
    await expect(upload("nobody", MIXED)).rejects.toEqual(refusal("not_found"));
    await expect(callVerb(admin, uploadCsv, { companyId })).rejects.toEqual(refusal("invalid_input", "body is empty"));
    await expect(upload(companyId, MIXED, { timeZone: "Mars" })).rejects.toEqual(refusal("invalid_input", "timeZone"));
    await expect(upload(companyId, MIXED, { name: "a\nb" })).rejects.toEqual(refusal("invalid_input", "name"));
    await expect(upload(companyId, MIXED, {}, support)).rejects.toEqual(refusal("forbidden"));
    await expect(upload(companyId, "x".repeat(100_001))).rejects.toEqual(refusal("too_large", "CSV_MAX_BYTES"));
    await expect(upload(companyId, "PK\u0003\u0004")).rejects.toEqual(refusal("import_failed", "zip archive"));
    const broken = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(Buffer.from(csv({ id: "x" }))),
      pull: (controller) => controller.error(new TypeError("canary of the connection")),
    });
    const brokenOff = callVerb(admin, uploadCsv, { companyId, name: "broken.csv" }, broken);
    await expect(brokenOff).rejects.toEqual(refusal("import_failed", "was interrupted"));
    const stopping = { ...admin, stopping: AbortSignal.abort() };
    await expect(upload(companyId, MIXED, {}, stopping)).rejects.toEqual(refusal("stopping", "Run it again"));

    const { imports } = await callVerb(support, listImports, { companyId, state: "failed" });
    expect(imports.map(({ error }) => error)).toEqual([
      expect.stringContaining("was stopped"),
      "The upload was interrupted. Send the file again.",
      expect.stringContaining("zip archive"),
      expect.stringContaining("CSV_MAX_BYTES"),
    ]);
  });
});

describe("the list of imports", () => {
  it("is complete and in order over its pages, and narrowed by each filter", async () => {
    const [one, two] = [await newCompany(), await newCompany()];
    const at = (minutes: number) => new Date(Date.UTC(2026, 0, 1, 0, minutes));
    await database.rows.importRuns([
      { id: "done", companyId: one, startedAt: at(0), finishedAt: at(1) },
      { id: "same", companyId: two, startedAt: at(0), finishedAt: at(1), bad: 2 },
      { id: "failed", companyId: one, startedAt: at(2), finishedAt: at(3), bad: 1, error: "x" },
      { id: "silent", companyId: one, startedAt: at(4), progressAt: at(5) },
      { id: "begun", companyId: one, startedAt: at(19) },
      { id: "running", companyId: one, startedAt: at(5), progressAt: at(19) },
    ]);
    const ctx = { ...support, clock: { ...support.clock, now: () => at(25) } };
    const ids = async (filter: object): Promise<string[]> => {
      const found: string[] = [];
      const given = { olderThan: at(60).toISOString(), limit: 2, ...filter };
      for await (const { imports } of pagesOf((next) => callVerb(ctx, listImports, { ...given, ...next }))) {
        found.push(...imports.map(({ id }) => id));
      }
      return found;
    };
    expect(await ids({})).toEqual(["begun", "running", "silent", "failed", "same", "done"]);
    expect(await ids({ companyId: two })).toEqual(["same"]);
    expect(await ids({ state: "running" })).toEqual(["begun", "running"]);
    expect(await ids({ state: "silent" })).toEqual(["silent"]);
    expect(await ids({ state: "failed" })).toEqual(["failed"]);
    expect(await ids({ state: "finished" })).toEqual(["same", "done"]);
    expect(await ids({ withBadRows: true })).toEqual(["failed", "same"]);
    expect(await ids({ withBadRows: "false", companyId: one })).toEqual(["begun", "running", "silent", "done"]);
    expect(await ids({ newerThan: at(4).toISOString(), olderThan: at(19).toISOString() })).toEqual([
      "running",
      "silent",
    ]);
    const { import: silent } = await callVerb(ctx, readImport, { id: "silent" });
    expect(silent).toMatchObject({ state: "silent", finishedAt: null });
    await expect(callVerb(ctx, readImport, { id: "nobody" })).rejects.toEqual(refusal("not_found"));
  });
});

describe("bad rows", () => {
  it("are listed page by page, and their texts shown with the permission and a record alone", async () => {
    const companyId = await newCompany();
    const { importRunId: id } = await upload(companyId, MIXED);
    const first = await callVerb(support, listBadRows, { id, limit: 2 });
    const rest = await callVerb(support, listBadRows, { id, limit: 2, cursor: first.nextCursor });
    expect(rest.nextCursor).toBeNull();
    expect([...first.badRows, ...rest.badRows].map(({ line, raw }) => [line, raw])).toEqual([
      [2, null],
      [4, null],
      [6, null],
    ]);
    const ofOneKind = await callVerb(support, listBadRows, { id, code: "bad_number" });
    expect(ofOneKind.badRows.map(({ line }) => line)).toEqual([4]);
    await expect(callVerb(support, listBadRows, { id, reveal: true })).rejects.toEqual(
      refusal("forbidden", "imports.reveal"),
    );
    const revealed = await callVerb(admin, listBadRows, { id, reveal: "true" });
    expect(revealed.badRows.map(({ raw }) => raw)).toEqual(BAD);
    const audit = await auditOf(database.pool, "import", id);
    expect(audit.slice(1)).toMatchObject([
      { action: "imports.reveal", outcome: "done", companyId, details: { badRows: 3 } },
    ]);
    await expect(callVerb(support, listBadRows, { id: "nobody" })).rejects.toEqual(refusal("not_found"));
  });

  it("are given back quoted afresh, with code and reason, and taken again when they are mended", async () => {
    const companyId = await newCompany();
    const { importRunId: id } = await upload(companyId, MIXED);
    await expect(callVerb(support, exportBadRows, { id })).rejects.toEqual(refusal("forbidden"));
    const download = await callVerb(admin, exportBadRows, { id });
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
    const text = await new Response((await callVerb(admin, exportBadRows, { id })).content).text();
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
      expect((await callVerb(admin, readImport, { id: (await again).importRunId })).badRows).toMatchObject([
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
    const download = await callVerb(admin, exportBadRows, { id, raw: "true" });
    expect(download).toMatchObject({ type: "application/octet-stream", fileName: `bad-rows-${id}-raw.csv` });
    const bytes = Buffer.from(await new Response(download.content).arrayBuffer());
    expect(bytes).toEqual(Buffer.concat([wrong, Buffer.from("\r\n"), nul, Buffer.from("\r\n")]));

    const again = await reportOf(upload(companyId, (await downloadOf(id)).split("\r\n")[0] ?? ""));
    expect(again.badRows).toMatchObject([
      { code: "invalid_encoding", reason: expect.stringContaining("still contains") },
    ]);
    const once = await downloadOf((await callVerb(support, listImports, { companyId })).imports[0]?.id ?? "");
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
    const download = await callVerb(admin, exportBadRows, { id, raw: true });
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
      const { importRunId: id, bad } = await callVerb(ctx, importNow, { id: companyId });
      const { badRows } = await callVerb(ctx, listBadRows, { id });
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
      const left = await callVerb(ctx, readImport, { id: second.id });
      expect(left).toMatchObject({ import: { bad: 3 }, badRows: [{ line: 2 }, { line: 4, times: 2 }] });
      expect((await callVerb(ctx, readImport, { id: first.id })).badRows).toEqual([]);
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
