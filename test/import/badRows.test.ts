import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { importCsv } from "../../lib/import/importCsv.ts";
import { type Bench, countsOf, csv, csvRow, failedReport, openBench } from "./support.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());

const CANARY = "canary-7f3a secret words of a person";

async function importText(companyId: string, text: string | Buffer) {
  const file = await bench.writeFile("sessions.csv", text);
  return importCsv(bench.ctx, { companyId, source: { kind: "file", path: file } });
}

describe("importCsv", () => {
  it("reports every kind of bad row by line and reason, keeps the others, and shows no content", async () => {
    const companyId = await bench.newCompany();
    const good = (id: string) => csvRow({ id, message: CANARY });
    const rows: [string | Buffer, string?][] = [
      [
        "id,start,end,ip,country,language,messages,sentiment,escalated,hr,url,avg,tokens,eur,category,message",
        "header_row",
      ],
      [good("g1")],
      [`x,${CANARY}`, "column_count"],
      [csvRow({ id: "b1", start: "31.02.2024 10:00:00" }), "bad_date"],
      [csvRow({ id: "b2", end: CANARY }), "bad_date"],
      [csvRow({ id: "b3", end: "01.03.2024 09:59:59" }), "end_before_start"],
      [csvRow({ id: " " }), "bad_session_id"],
      [csvRow({ id: "x".repeat(201) }), "bad_session_id"],
      [csvRow({ id: "b\u0000 4" }), "bad_session_id"],
      [Buffer.concat([Buffer.from(csvRow({ id: "b5" }).slice(0, -1)), Buffer.from([0x81, 0x22])]), "invalid_encoding"],
      [csvRow({ id: "b6", messagesSent: "many" }), "bad_number"],
      [csvRow({ id: "b7", messagesSent: "99999999999" }), "bad_number"],
      [csvRow({ id: "b8", tokens: CANARY }), "bad_number"],
      [csvRow({ id: "b9", average: "-1" }), "bad_number"],
      [csvRow({ id: "b10", country: "N".repeat(500) }), "field_too_long"],
      [`b11,"${CANARY}" x,`, "broken_quoting"],
      [good("g2")],
      [`b12,"${CANARY}`, "broken_quoting"],
      [good("g3")],
    ];
    const text = Buffer.concat(rows.flatMap(([row]) => [Buffer.from(row), Buffer.from("\n")]));
    const before = bench.logged().length;
    const report = await importText(companyId, text);
    const expected = rows.flatMap(([, code], index) => (code ? [{ line: index + 1, code }] : []));
    expect(report.badRows.map(({ line, code }) => ({ line, code }))).toEqual(expected);
    expect(countsOf(report)).toEqual([rows.length, 3, 0, 0, expected.length]);
    expect(report.badRows.find(({ line }) => line === 4)?.reason).toContain("31.02.2024 10:00:00");
    expect(report.badRows.find(({ line }) => line === 3)?.reason).toBe("The row has 2 columns instead of 16.");

    const stored = await bench.pool.query(
      `SELECT "line", "code", "reason" FROM "ImportBadRow" WHERE "importRunId" = $1 ORDER BY "line"`,
      [report.importRunId],
    );
    expect(stored.rows).toEqual(report.badRows);
    const texts = await bench.pool.query(`SELECT "raw" FROM "ImportBadRow" WHERE "importRunId" = $1 ORDER BY "line"`, [
      report.importRunId,
    ]);
    const asTheyStood = rows.flatMap(([row, code]) => (code ? [row.toString().replaceAll("\0", "")] : []));
    expect(texts.rows.map(({ raw }) => raw)).toEqual(asTheyStood);
    const logged = bench.logged().slice(before);
    for (const { line, code } of expected) expect(logged).toContain(`"line":${line},"code":"${code}"`);
    expect(logged + JSON.stringify(report)).not.toContain("canary");
    expect(logged).toContain('"event":"import.finished"');
  });

  it("keeps the beginning of a long bad row, and a broken one whole wherever its bytes were cut", async () => {
    const companyId = await bench.newCompany();
    const long = `x,${"ü😀".repeat(10_000)}`;
    const broken = `b,"${CANARY}" and more,${"y".repeat(30)}`;
    async function* pieces() {
      for (const byte of Buffer.from(`${broken}\r\n${csvRow({ id: "a" })}\n${broken}`)) yield Buffer.from([byte]);
      yield Buffer.from(`\n${long}`);
    }
    const source = { kind: "stream", name: "pieces.csv", stream: pieces() } as const;
    const report = await importCsv(bench.ctx, { companyId, source });
    expect(report.badRows.map(({ line, code }) => [line, code])).toEqual([
      [1, "broken_quoting"],
      [3, "broken_quoting"],
      [4, "column_count"],
    ]);
    const { rows } = await bench.pool.query(
      `SELECT "raw" FROM "ImportBadRow" WHERE "importRunId" = $1 ORDER BY "line"`,
      [report.importRunId],
    );
    expect(rows.map(({ raw }) => raw)).toEqual([broken, broken, long.slice(0, 20_000)]);
  });

  it("takes mended rows with the code and the reason still behind them", async () => {
    const companyId = await bench.newCompany();
    const report = `bad_date,"Column 2 (start) is empty."`;
    const text = [csvRow({ id: "a" }), `${csvRow({ id: "a" })},${report}`, `${csvRow({ id: "b" })},${report}`];
    expect(countsOf(await importText(companyId, text.join("\n")))).toEqual([3, 2, 0, 1, 0]);
    const other = await failedReport(importText(companyId, `${csvRow({ id: "c" })},something,else`));
    expect(other.badRows).toMatchObject([{ code: "column_count", reason: "The row has 18 columns instead of 16." }]);
  });

  it("keeps ten thousand bad rows and counts them all", async () => {
    const companyId = await bench.newCompany();
    const report = await failedReport(importText(companyId, `bad\n`.repeat(10_050)));
    expect(countsOf(report)).toEqual([10_050, 0, 0, 0, 10_050]);
    expect(report.badRows).toHaveLength(100);
    const { rows } = await bench.pool.query(
      `SELECT count(*)::int AS "n" FROM "ImportBadRow" WHERE "importRunId" = $1`,
      [report.importRunId],
    );
    expect(rows).toEqual([{ n: 10_000 }]);
  });

  it("says what is wrong with a source, in the run too", async () => {
    const companyId = await bench.newCompany();
    const source = { kind: "file", path: path.join(bench.folder, "absent.csv") } as const;
    await expect(importCsv(bench.ctx, { companyId, source })).rejects.toMatchObject({ code: "csv_unreadable" });
    const { rows } = await bench.pool.query(
      `SELECT "error", "finishedAt" IS NOT NULL AS "ended" FROM "ImportRun" WHERE "companyId" = $1`,
      [companyId],
    );
    expect(rows).toEqual([{ error: expect.stringContaining("does not exist"), ended: true }]);
    await expect(importCsv(bench.ctx, { companyId: "nobody", source })).rejects.toMatchObject({
      code: "company_not_found",
    });
    const small = { ...bench.ctx, config: { ...bench.ctx.config, CSV_MAX_BYTES: 20 } };
    const file = await bench.writeFile("large.csv", csv({ id: "a" }));
    const large = importCsv(small, { companyId, source: { kind: "file", path: file } });
    await expect(large).rejects.toMatchObject({ code: "csv_too_large" });
  });

  it("imports the samples: all rows but those that are broken on purpose", async () => {
    const samples = path.join(import.meta.dirname, "../../samples");
    const bad: Record<string, string[]> = {};
    for (const name of ["thuiszorg-merelveld", "brackmoeller-logistik", "maravelle-hotels"]) {
      const companyId = await bench.newCompany("Europe/Berlin");
      const source = { kind: "file", path: path.join(samples, `${name}.csv`) } as const;
      const report = await importCsv(bench.ctx, { companyId, source, transcriptsDir: path.join(samples, name) });
      bad[name] = report.badRows.map(({ line, code }) => `${line} ${code}`);
      expect(report.imported + report.unchanged + report.bad).toBe(report.rows);
    }
    expect(bad).toEqual({
      "thuiszorg-merelveld": ["28 bad_date", "66 column_count"],
      "brackmoeller-logistik": ["48 end_before_start", "73 invalid_encoding", "86 column_count"],
      "maravelle-hotels": ["33 bad_session_id", "72 bad_number"],
    });
  });
});
