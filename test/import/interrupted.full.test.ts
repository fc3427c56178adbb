import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { importCsv } from "../../lib/import/importCsv.ts";
import { type Bench, countsOf, csv, openBench, type RowFields, stateOf } from "./support.ts";

let bench: Bench;
let file: string;
const ROWS = 10_000;
const old = (index: number): RowFields => ({ id: `s${index}`, messagesSent: "1" });
/** A quarter was there before and has changed, another quarter was there as it is, the rest is new. */
const now = (index: number): RowFields => (index % 4 === 0 ? { ...old(index), message: "changed" } : old(index));

beforeAll(async () => {
  bench = await openBench();
  file = await bench.writeFile("now.csv", csv(...Array.from({ length: ROWS }, (_, index) => now(index)), "bad row"));
});
afterAll(() => bench.close());

async function companyWithHistory(): Promise<string> {
  const companyId = await bench.newCompany();
  const before = Array.from({ length: ROWS }, (_, index) => old(index)).filter((_, index) => index % 4 < 2);
  const source = { kind: "file", path: await bench.writeFile("old.csv", csv(...before)) } as const;
  await importCsv(bench.ctx, { companyId, source });
  return companyId;
}

const importAll = (companyId: string) => importCsv(bench.ctx, { companyId, source: { kind: "file", path: file } });

describe("an import that ends early and runs again", () => {
  let whole: unknown;
  beforeAll(async () => {
    const companyId = await companyWithHistory();
    expect(countsOf(await importAll(companyId))).toEqual([ROWS + 1, ROWS / 2, ROWS / 4, ROWS / 4, 1]);
    whole = await stateOf(bench.pool, companyId);
  });

  async function expectSameEnd(companyId: string) {
    const report = await importAll(companyId);
    expect(report.rows).toBe(ROWS + 1);
    expect(await stateOf(bench.pool, companyId)).toEqual(whole);
  }

  it("when LiveDash is asked to stop", async () => {
    const companyId = await companyWithHistory();
    const stop = new AbortController();
    const ctx = { ...bench.ctx, stopping: stop.signal };
    const stopped = importCsv(ctx, { companyId, source: { kind: "file", path: file }, onProgress: () => stop.abort() });
    await expect(stopped).rejects.toMatchObject({ code: "stopped", retryable: true });
    await expectSameEnd(companyId);
  });

  it("when the source breaks off", async () => {
    const companyId = await companyWithHistory();
    const text = csv(...Array.from({ length: 7_000 }, (_, index) => now(index)));
    async function* broken() {
      yield Buffer.from(text);
      throw new TypeError("canary-of-a-foreign-error");
    }
    const source = { kind: "stream", name: "upload.csv", stream: broken() } as const;
    await expect(importCsv(bench.ctx, { companyId, source })).rejects.toThrow(TypeError);
    const { rows } = await bench.pool.query(
      `SELECT "error" FROM "ImportRun" WHERE "companyId" = $1 AND "source" = 'upload.csv'`,
      [companyId],
    );
    expect(rows).toEqual([{ error: "The import failed unexpectedly (no code)." }]);
    await expectSameEnd(companyId);
  });

  it("when its process is killed", async () => {
    const companyId = await companyWithHistory();
    const script = path.join(import.meta.dirname, "killedImport.ts");
    const child = spawn(process.execPath, [script, companyId, file], {
      env: { ...process.env, DATABASE_URL: bench.databaseUrl },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const ended = once(child, "exit");
    await Promise.race([once(child.stdout, "data"), ended]); // Its first chunk is written.
    child.kill("SIGKILL");
    expect(await ended).toEqual([null, "SIGKILL"]);
    const runs = await bench.pool.query(
      `SELECT "rows", "progressAt" FROM "ImportRun" WHERE "companyId" = $1 AND "finishedAt" IS NULL`,
      [companyId],
    );
    expect(runs.rows).toEqual([{ rows: expect.any(Number), progressAt: expect.any(Date) }]);
    // Everybody sees how far it had come.
    expect(runs.rows[0].rows).toBeGreaterThan(0);
    await expectSameEnd(companyId);
  });

  it("or runs twice at the same time", async () => {
    const companyId = await companyWithHistory();
    const [one, two] = await Promise.all([importAll(companyId), importAll(companyId)]);
    expect(one.imported + two.imported).toBe(ROWS / 2);
    expect(one.updated + two.updated).toBe(ROWS / 4);
    expect(await stateOf(bench.pool, companyId)).toEqual(whole);
  });
});
