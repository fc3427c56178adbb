import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { importCsv } from "../../lib/import/importCsv.ts";
import { findSimilarIds } from "../../lib/import/write/similarIds.ts";
import { type Bench, countsOf, csv, csvRow, failedReport, openBench, stateOf } from "./support.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());

async function importText(companyId: string, text: string) {
  const file = await bench.writeFile("sessions.csv", text);
  return importCsv(bench.ctx, { companyId, source: { kind: "file", path: file } });
}

const cellsOf = (id: string) => csvRow({ id, url: "https://x.example/t", message: "Hallo" }).slice(1, -1).split('","');
const rowOf = (cells: readonly string[]) => cells.map((cell) => `"${cell}"`).join(",");
const without = (index: number, ...padding: string[]) => rowOf([...cellsOf("x").toSpliced(index, 1), ...padding]);

describe("rows that a spreadsheet has shifted", () => {
  it.each([
    ["without its id", without(0, ""), "shifted_cells", "Column 1 (session id) contains a date"],
    ["without its country", without(4, ""), "shifted_cells", "Column 10 (forwarded to HR) contains a web address"],
    ["without its address", without(3, ""), "shifted_cells", "Column 10 (forwarded to HR) contains a web address"],
    [
      "with a cell more before the country",
      rowOf(cellsOf("x").toSpliced(3, 0, "").slice(0, 16)),
      "shifted_cells",
      "contains an IP",
    ],
    ["without a cell, and cut", without(5), "column_count", "shifted by one"],
    [
      "without transcript, left of it",
      "x,03.11.2026 09:00:00,03.11.2026 09:05:00,192.0.2.1,NL,2,,,,,1.5,100,0.01,,Hoi,",
      "shifted_cells",
      "Column 6 (language) contains a number",
    ],
    [
      "with words for the language",
      "x,03.11.2026 09:00:00,03.11.2026 09:05:00,192.0.2.1,NL,nl,,,,,1.5,100,0.01,,Hoi,",
      "shifted_cells",
      "Column 11 (transcript URL) contains a number",
    ],
  ])("%s are bad, and the reason says so", async (_, row, code, reason) => {
    const report = await importText(await bench.newCompany(), `${csv({ id: "good" })}${row}\n`);
    expect(report.badRows).toMatchObject([{ line: 2, code, reason: expect.stringContaining(reason) }]);
    expect(report.imported).toBe(1);
  });

  it.each([",", ";", "\t"])("are bad with %j between their cells too, even if all of them are", async (delimiter) => {
    const shifted = ["a", "b"].map((id) => ["", ...cellsOf(id)].map((cell) => `"${cell}"`).join(delimiter));
    const report = await failedReport(importText(await bench.newCompany(), shifted.join("\n")));
    const reason = "The row has 17 columns instead of 16. Its cells may have shifted by one.";
    expect(report.badRows).toMatchObject([{ code: "column_count", reason }, { reason }]);
  });

  it("are told from rows that only look odd", async () => {
    const rows = [
      { id: "10.0.0.1", message: "192.0.2.1 is my address" },
      { id: "a", ip: "anonymous", country: "", message: "https://example.com does not open" },
      { id: "b", ip: "", country: "Netherlands", category: "https://example.com/topic", message: "01.02.2024" },
      { id: "c", ip: "2001:db8::1", url: "12345", average: "1,5" },
    ];
    expect(countsOf(await importText(await bench.newCompany(), csv(...rows)))).toEqual([4, 4, 0, 0, 0]);
  });
});

it("what is no row is passed over: the spreadsheet's word for its delimiter, its empty rows, the sign for the end", async () => {
  const row = (id: string) => csvRow({ id }).replaceAll(",", ";");
  const text = `sep=;\r\n${row("a")}\r\n${";".repeat(15)}\r\n\r\n${row("b")}\r\n\u001A`;
  const report = await importText(await bench.newCompany(), text);
  expect(countsOf(report)).toEqual([2, 2, 0, 0, 0]);
  expect(report.format).toBe("UTF-8, separated by semicolons, lines end with CR LF");
});

describe("ids", () => {
  it.each(["#NAME?", "#REF!", "#N/A", "#VALUE!", "########", "-4,9E+11", "4.91735e+11", '"x', "\u200B \u00A0"])(
    "that a spreadsheet has spoilt are bad: %j",
    async (id) => {
      const report = await importText(await bench.newCompany(), csv({ id: "good" }, { id }));
      expect(report.badRows).toMatchObject([{ line: 2, code: "bad_session_id" }]);
    },
  );

  it("mean the same session whatever blanks stand around them", async () => {
    const companyId = await bench.newCompany();
    const ids = ["s1", " s1", "s1\u00A0", "\u200Bs1\uFEFF", "s1  "];
    for (const id of ids) await importText(companyId, csv({ id, message: "Same" }));
    expect(await stateOf(bench.pool, companyId)).toMatchObject([{ externalSessionId: "s1", requests: [{}] }]);
  });

  it("that differ in capitals or spaces alone stay two sessions, and are reported, within a file and between files", async () => {
    const companyId = await bench.newCompany();
    const first = await importText(companyId, csv({ id: "Ab 1" }, { id: "other" }, { id: "aB 1" }));
    expect(first.imported).toBe(3);
    expect(first.warnings).toMatchObject([{ code: "similar_id", count: 2, examples: ["line 1", "line 3"] }]);
    const second = await importText(companyId, csv({ id: "OTHER" }, { id: "ab\u00A01" }, { id: "ab2" }));
    expect(second.imported).toBe(3);
    expect(second.warnings).toMatchObject([{ code: "similar_id", count: 2, examples: ["line 1", "line 2"] }]);
    expect((await importText(companyId, csv({ id: "OTHER" }))).warnings).toEqual([]);
    expect((await importText(await bench.newCompany(), csv({ id: "OTHER" }))).warnings).toEqual([]);
  });

  it("of known sessions whose start moves by more than a day are reported", async () => {
    const companyId = await bench.newCompany();
    const at = (id: string, day: string, clock = "10:00:00") => ({
      id,
      start: `${day}.03.2024 ${clock}`,
      end: "20.03.2024 10:00:00",
    });
    await importText(companyId, csv(at("a", "01"), at("b", "01"), at("c", "01")));
    const report = await importText(companyId, csv(at("a", "02"), at("b", "02", "10:00:01"), at("c", "01")));
    expect(countsOf(report)).toEqual([3, 0, 2, 1, 0]);
    expect(report.warnings).toMatchObject([{ code: "start_moved", count: 1, examples: ["line 2"] }]);
  });

  it("that a file holds twice with other starts are reported; the same start is a newer state of it", async () => {
    const companyId = await bench.newCompany();
    const long = "491735000000123000";
    const text = csv(
      { id: long, start: "01.03.2024 10:00:00", message: "eins" },
      { id: long, start: "01.03.2024 10:01:00", message: "zwei" },
      { id: "s", message: "alt" },
      { id: "s", message: "neu" },
    );
    const report = await importText(companyId, text);
    expect(countsOf(report)).toEqual([4, 2, 2, 0, 0]);
    expect(report.warnings).toMatchObject([{ code: "id_used_twice", count: 1, examples: ["line 2"] }]);
  });

  it("and texts with U+FFFD are imported, and reported", async () => {
    const report = await importText(await bench.newCompany(), csv({ id: "a", message: "f\uFFFDnf" }));
    expect(report).toMatchObject({ imported: 1, warnings: [{ code: "replacement_character", examples: ["line 1"] }] });
  });
});

it("looks ids up that are alike one by one, though statistics say that companies have few sessions", async () => {
  const small = Array.from({ length: 40 }, (_, index) => ({ id: `small${index}`, name: `Small ${index}` }));
  await bench.rows.companies(small);
  await bench.owner.query(
    `INSERT INTO "SessionImport" ("id", "companyId", "externalSessionId", "startTimeRaw", "endTimeRaw", "contentHash")
     SELECT c."id" || n, c."id", n, '', '', '' FROM "Company" c, generate_series(1, 3) n WHERE c."id" LIKE 'small%'`,
  );
  await bench.owner.query(`ANALYZE "SessionImport"`);
  await bench.rows.companies([{ id: "large", name: "Large" }]);
  await bench.owner.query(
    `INSERT INTO "SessionImport" ("id", "companyId", "externalSessionId", "startTimeRaw", "endTimeRaw", "contentHash")
     SELECT 'large' || n, 'large', 'S' || n, '', '', '' FROM generate_series(1, 1000) n`,
  );
  let asked: [string, unknown[]] = ["", []];
  const query = (...given: [string, unknown[]]) => {
    asked = given;
    return bench.pool.query(...given);
  };
  const rows = Array.from({ length: 100 }, (_, index) => ({ line: index + 1, id: `s${index + 1}` }));
  const found = await findSimilarIds(Object.assign(Object.create(bench.pool), { query }), "large", rows);
  expect(found).toEqual(rows.map(({ line }) => line));
  const plan = await bench.pool.query(`EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) ${asked[0]}`, asked[1]);
  const lines = plan.rows.map((row) => row["QUERY PLAN"]).join("\n");
  expect(lines).toContain("SessionImport_folded_idx");
  expect(lines).not.toMatch(/Rows Removed by Filter: \d{2,}/);
});
