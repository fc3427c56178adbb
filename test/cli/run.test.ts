import { resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type RunningEmulator, startEmulator } from "../../emulator/server.ts";
import { createBulkRequeue } from "../../lib/admin/bulk/createBulkRequeue.ts";
import { callVerb } from "../../lib/api/verb.ts";
import { actingAs } from "../support/acting.ts";
import { runCommand, startCommand } from "../support/cli.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { setFaults } from "../support/emulatorControl.ts";

const SAMPLES = resolve(import.meta.dirname, "../../samples");

let database: TestDatabase;
let emulator: RunningEmulator;
let env: Record<string, string>;

beforeEach(async () => {
  database = await createTestDatabase();
  emulator = await startEmulator({ times: { validating: 50, inProgress: 300, finalizing: 50 } });
  env = {
    DATABASE_URL: database.url,
    OPENAI_API_KEY: "sk-canary-key-1234567890",
    OPENAI_BASE_URL: emulator.url,
    BATCH_CREATION_INTERVAL: "200ms",
    BATCH_POLLING_INTERVAL: "200ms",
    BATCH_LEASE_DURATION: "2s",
    BATCH_SETTLE_TIME: "500ms",
  };
});
afterEach(async () => {
  await emulator.close();
  await database.drop();
});

async function importSample(): Promise<void> {
  const args = ["import", `${SAMPLES}/thuiszorg-merelveld.csv`, "--company", "Thuiszorg", "--transcripts"];
  const { code, stdout, stderr } = await runCommand([...args, `${SAMPLES}/thuiszorg-merelveld`], env);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toContain("108 imported");
  expect(stdout).toContain("2 bad");
}

async function countAnalysed(): Promise<number> {
  const { rows } = await database.pool.query(
    `SELECT count(*)::int AS "n" FROM "Session" s JOIN "AIProcessingRequest" r ON r."sessionId" = s."id"
      WHERE r."processingStatus" = 'PROCESSING_COMPLETE' AND s."language" IS NOT NULL AND s."sentiment" IS NOT NULL
        AND s."category" IS NOT NULL AND s."summary" IS NOT NULL`,
  );
  return rows[0].n;
}

async function readLedger(): Promise<unknown> {
  return (await fetch(new URL("/_emulator/ledger", emulator.url))).json();
}

describe("livedash", () => {
  it("imports, runs until idle and agrees with the database", async () => {
    await importSample();
    const run = await runCommand(["run", "--until-idle"], env);
    expect(run.code).toBe(0);
    expect(run.stdout).toContain("108 requests complete");
    expect(await countAnalysed()).toBe(108);
    const status = await runCommand(["status", "--json"], env);
    const { requests, batches } = JSON.parse(status.stdout);
    expect(requests).toEqual({
      pending_batching: 0,
      batching_in_progress: 0,
      processing_complete: 108,
      processing_failed: 0,
    });
    expect(batches).toMatchObject({ PROCESSED: 1, FAILED: 0 });
  });

  it("tells the life of a batch in its log, and nothing that was said in a session", async () => {
    await importSample();
    await database.pool.query(`UPDATE "Message" SET "content" = 'canary-transcript ' || "content"`);
    const { stdout, stderr } = await runCommand(["run", "--until-idle"], { ...env, LOG_LEVEL: "trace" });
    const events = stderr
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line));
    const { rows } = await database.pool.query(`SELECT "id", "openaiBatchId" FROM "AIBatchRequest"`);
    const life = events.filter((event) => event.batchId === rows[0].id).map((event) => event.event);
    expect(life.filter((event) => event !== "batch.status" && event !== "request.complete")).toEqual([
      "batch.claimed",
      "batch.uploaded",
      "batch.created",
      "batch.file_collected",
      "batch.over",
      "batch.files_deleted",
    ]);
    const answers = await database.pool.query(`SELECT "summary" FROM "Session" WHERE "summary" IS NOT NULL LIMIT 20`);
    for (const secret of ["canary-transcript", "sk-canary-key", ...answers.rows.map((row) => row.summary)]) {
      expect(stderr.includes(secret), secret).toBe(false);
      expect(stdout.includes(secret), secret).toBe(false);
    }
  });

  it("says by its exit code that requests failed, and is not idle before a bulk requeue has sent them back", async () => {
    await emulator.close();
    emulator = await startEmulator({ faults: ["line_refusal:2x"], times: { validating: 50, inProgress: 100 } });
    env = { ...env, OPENAI_BASE_URL: emulator.url };
    await importSample();
    const run = await runCommand(["run", "--until-idle"], env);
    expect(run.code).toBe(1);
    expect(run.stdout).toContain("106 requests complete, 2 failed");
    const input = { filter: {}, reason: "The model refused for no reason" };
    const { bulk } = await callVerb(actingAs(database.pool, "ADMIN"), createBulkRequeue, input);
    expect(bulk).toMatchObject({ status: "waiting", matched: 2 });
    expect((await runCommand(["run", "--until-idle"], env)).code).toBe(0);
    expect(await countAnalysed()).toBe(108);
  });

  it("killed in the middle and run again, completes every request", async () => {
    await importSample();
    for (const moment of [/batch\.claimed/, /batch\.created/, /"providerStatus":"in_progress"/]) {
      const run = startCommand(["run", "--until-idle"], env);
      await Promise.race([run.says(moment), run.finished]);
      run.child.kill("SIGKILL");
      await run.finished;
    }
    const run = await runCommand(["run", "--until-idle"], env);
    expect(run.code).toBe(0);
    expect(await countAnalysed()).toBe(108);
    expect(await readLedger()).toMatchObject({ linesExecuted: 108, linesExecutedTwice: 0 });
  });

  it("stops at Ctrl-C, and hands its leases back", async () => {
    await importSample();
    const run = startCommand(["run"], env);
    await run.says(/batch\.created/);
    run.child.kill("SIGINT");
    expect((await run.finished).code).toBe(0);
    const { rows } = await database.pool.query(`SELECT "leaseOwner" FROM "AIBatchRequest"`);
    expect(rows).toEqual([{ leaseOwner: null }]);
  });
});

it("ends with the reason when the provider needs a person", async () => {
  await emulator.close();
  emulator = await startEmulator({ faults: ["http_error:status=429,code=insufficient_quota,method=POST"] });
  env = { ...env, OPENAI_BASE_URL: emulator.url };
  await importSample();
  const run = await runCommand(["run", "--until-idle"], env);
  expect(run.code).toBe(1);
  expect(run.stdout).toMatch(/The provider is stopped: The account has no credit left/);
  const status = await runCommand(["status"], env);
  expect(status.stdout).toMatch(/New batches are stopped since .*no credit/);
  expect((await runCommand(["status", "--json"], env)).stdout).toMatch(/"code": "provider_quota_exhausted"/);
});

describe("a provider that needs a person while batches are in flight", () => {
  beforeEach(async () => {
    await emulator.close();
    emulator = await startEmulator({ times: { validating: 50, inProgress: 4_000, finalizing: 50 } });
    env = { ...env, OPENAI_BASE_URL: emulator.url };
    await importSample();
  });

  it("ends the run when it refuses the key; the next one loses nothing and buys nothing twice", async () => {
    const run = startCommand(["run", "--until-idle"], { ...env, BATCH_MAX_LINES: "30" });
    await run.says(/(batch\.created[\s\S]*){4}/);
    await setFaults(emulator, ["http_error:status=401"]);
    const { code, stdout } = await run.finished;
    expect(code).toBe(1);
    expect(stdout).toMatch(/The provider is stopped: .*does not accept the key.* 0 requests pending, 108 in batches/);
    await setFaults(emulator, []);
    expect(await runCommand(["run", "--until-idle"], env)).toMatchObject({ code: 0 });
    expect(await countAnalysed()).toBe(108);
    expect(await readLedger()).toMatchObject({ linesExecuted: 108, linesExecutedTwice: 0 });
  });

  it("first collects what runs when it takes nothing new, even if the run before was refused there too", async () => {
    const before = startCommand(["run"], env);
    await before.says(/batch\.created/);
    await setFaults(emulator, ["insufficient_quota"]);
    await before.says(/provider\.stopped/);
    before.child.kill("SIGINT");
    await before.finished;
    await database.pool.query(`UPDATE "AIBatchRequest" SET "notBefore" = now() + interval '1 hour'`);
    await setFaults(emulator, ["http_error:status=429,code=insufficient_quota,method=POST"]);
    const more = ["import", `${SAMPLES}/brackmoeller-logistik.csv`, "--company", "Logistik", "--transcripts"];
    await runCommand([...more, `${SAMPLES}/brackmoeller-logistik`], env);
    const { code, stdout } = await runCommand(["run", "--until-idle"], env);
    expect({ code, complete: await countAnalysed() }).toEqual({ code: 1, complete: 108 });
    expect(stdout).toMatch(/The provider is stopped: The account has no credit left/);
  });
});

describe("bad configuration is said in one sentence", () => {
  const cases: Record<string, [Record<string, string>, RegExp]> = {
    "no provider for a real database": [
      { OPENAI_API_KEY: "", OPENAI_BASE_URL: "" },
      /DATABASE_URL is set, but neither/,
    ],
    "an interval that is none": [{ BATCH_POLLING_INTERVAL: "soon" }, /BATCH_POLLING_INTERVAL is not a duration/],
    "a database that does not answer": [{ DATABASE_URL: "postgresql://u:secretpw@127.0.0.1:1/x" }, /DATABASE_URL/],
    "a provider that does not answer": [{ OPENAI_BASE_URL: "http://127.0.0.1:1/v1" }, /provider/],
  };
  for (const [name, [change, sentence]] of Object.entries(cases)) {
    it(name, async () => {
      const { code, stdout, stderr } = await runCommand(["run", "--until-idle"], { ...env, ...change });
      expect(code).toBe(1);
      expect(stderr).toMatch(sentence);
      expect(stderr.trim().split("\n")).toHaveLength(1);
      expect(stderr + stdout).not.toContain("secretpw");
    });
  }

  it("a key that the provider refuses", async () => {
    await emulator.close();
    emulator = await startEmulator({ apiKey: "the-right-one" });
    const { code, stderr } = await runCommand(["run"], { ...env, OPENAI_BASE_URL: emulator.url });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^livedash: The provider does not accept the key/);
  });
});
