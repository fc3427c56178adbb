import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { dryRunImport } from "../../lib/admin/imports/dryRunImport.ts";
import { readCompanyToImport } from "../../lib/import/companyToImport.ts";
import { importCsv } from "../../lib/import/importCsv.ts";
import { withHeld } from "../support/held.ts";
import { type Bench, csv, openBench, type RowFields } from "./support.ts";

let bench: Bench;
let transcriptsDir: string;
beforeAll(async () => {
  bench = await openBench();
  transcriptsDir = path.join(bench.folder, "talks");
  await mkdir(transcriptsDir);
  await writeFile(path.join(transcriptsDir, "talk.txt"), "User: Hello\nBot: Good day");
  await writeFile(path.join(transcriptsDir, "stray.txt"), "x");
});
afterAll(() => bench.close());

/** How many rows stand in each table, and when a session was last changed. */
async function everything() {
  const { rows: tables } = await bench.pool.query<{ name: string }>(
    `SELECT table_name AS "name" FROM information_schema.tables
      WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' ORDER BY 1`,
  );
  const counts = tables.map(({ name }) => `(SELECT count(*) FROM "${name}") AS "${name}"`);
  const { rows } = await bench.pool.query(
    `SELECT ${counts.join(", ")}, (SELECT max("updatedAt") FROM "Session") AS "changed"`,
  );
  return rows;
}

async function open(rows: (RowFields | string)[], companyId: string) {
  const file = await bench.writeFile("sessions.csv", csv(...rows));
  const source = { kind: "file", path: file } as const;
  const company = await readCompanyToImport(bench.ctx, companyId);
  return {
    dry: () => dryRunImport(bench.ctx, company, { source, transcriptsDir }),
    real: () => importCsv(bench.ctx, { companyId, source, transcriptsDir }),
  };
}

const FIRST = [{ id: "known" }, { id: "same" }, { id: "moved" }];
const SECOND = [
  { id: "known", message: "Changed" },
  { id: "same" },
  { id: "moved", start: "05.03.2024 10:00:00", end: "05.03.2024 10:10:00" },
  { id: "new" },
  { id: "NEW" },
  { id: "talk" },
  { id: "twice", start: "01.03.2024 10:01:00" },
  { id: "twice", start: "01.03.2024 10:02:00" },
  { id: "back", message: "1" },
  { id: "back", message: "2" },
  { id: "back", message: "1" },
  "broken row",
];

it("a dry run reports what the import then does, and writes nothing", async () => {
  const companyId = await bench.newCompany();
  await (await open(FIRST, companyId)).real();
  const { dry, real } = await open(SECOND, companyId);
  const before = await everything();
  const { estimatedCostEur, ...expected } = await dry();
  expect(await everything()).toEqual(before);
  expect(Number(estimatedCostEur)).toBeGreaterThan(0);
  const { importRunId: _, ...report } = await real();
  expect(expected).toEqual(report);
  expect(report).toMatchObject({ rows: 12, imported: 5, updated: 3, unchanged: 3, bad: 1 });
  expect(report.warnings.map(({ code }) => code).sort()).toEqual([
    "id_used_twice",
    "similar_id",
    "start_moved",
    "transcript_file_unmatched",
  ]);
  expect(await dry()).toMatchObject({ imported: 0, unchanged: 11 });
});

it("the cost is that of new sessions and changed texts at the model's price, as answers were long until now", async () => {
  const { rows } = bench;
  await rows.model({ id: "m", name: "gpt-dry" });
  await rows.prices([
    { aiModelId: "m", currency: "EUR", inputPerMillion: "4", cachedInputPerMillion: "1", outputPerMillion: "10" },
  ]);
  await bench.pool.query(
    `INSERT INTO "ExchangeRate" ("id", "currency", "eurPerUnit", "effectiveFrom") VALUES ('e', 'EUR', 1, '2026-01-01')
     ON CONFLICT DO NOTHING`,
  );
  const companyId = await bench.newCompany();
  await rows.companyModel({ companyId, aiModelId: "m" });
  const costOf = async (...given: RowFields[]) => Number((await (await open(given, companyId)).dry()).estimatedCostEur);
  const [one, two] = [await costOf({ id: "a" }), await costOf({ id: "a" }, { id: "b" })];
  // Prompt and schema alone are some two to four kilobytes; 200 tokens of output are 0.002.
  expect(one).toBeGreaterThan(0.002 + 2_000e-6);
  expect(one).toBeLessThan(0.002 + 8_000e-6);
  expect(two).toBeCloseTo(2 * one, 5);
  expect(await costOf({ id: "a", message: "x".repeat(40_000) })).toBeCloseTo(one + 0.04, 3);
  // Labels of its questions are one request more for each session, until it is known how many there are.
  await bench.pool.query(`UPDATE "Company" SET "questionTopics" = true WHERE "id" = $1`, [companyId]);
  expect(await costOf({ id: "a" })).toBeCloseTo(one + 400 * 4e-6 + 60 * 10e-6, 6);
  await bench.pool.query(`UPDATE "Company" SET "questionTopics" = false WHERE "id" = $1`, [companyId]);
  // One without a text gets no line.
  expect(await costOf({ id: "a" }, { id: "empty", message: "" })).toBe(one);
  await (await open([{ id: "a" }], companyId)).real();
  // What waits to be sent already costs nothing more, and what is as before costs nothing.
  expect(await costOf({ id: "a" }, { id: "c" })).toBe(one);
  expect(await costOf({ id: "a", message: "Changed" })).toBe(0);
});

it("two are made at a time, and no more; a file with nothing good fails as the import would", async () => {
  const companyId = await bench.newCompany();
  const { dry } = await open([{ id: "a" }], companyId);
  await withHeld(bench.pool, async (held) => {
    await held.query(
      `SELECT pg_advisory_xact_lock(hashtextextended('livedash:dry-run:' || turn, 0)) FROM generate_series(1, 2) AS turn`,
    );
    await expect(dry()).rejects.toMatchObject({ code: "too_many_dry_runs" });
  });
  await expect((await open(["nothing good"], companyId)).dry()).rejects.toMatchObject({ code: "nothing_imported" });
});
