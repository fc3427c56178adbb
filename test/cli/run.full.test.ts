import { resolve } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { EmulatorOptions } from "../../emulator/server.ts";
import { createBulkRequeue } from "../../lib/admin/bulk/createBulkRequeue.ts";
import { callOperation } from "../../lib/api/operation.ts";
import { actingAs } from "../support/acting.ts";
import { runCommand, startCommand } from "../support/cli.ts";
import { setFaults } from "../support/emulatorControl.ts";
import { addSessions, startPipeline, type TestPipeline } from "../support/pipeline.ts";

const SAMPLES = resolve(import.meta.dirname, "../../samples");

interface Bench extends TestPipeline {
  /** What `livedash` is given: this database and this emulator, and short times. */
  env: Record<string, string>;
  /** How many sessions have an analysis, from a request that is complete. */
  countAnalysed(): Promise<number>;
}

async function openBench(emulator: EmulatorOptions = {}): Promise<Bench> {
  const pipeline = await startPipeline({
    emulator: { times: { validating: 50, inProgress: 300, finalizing: 50 }, ...emulator },
  });
  const { database } = pipeline;
  return {
    ...pipeline,
    env: {
      DATABASE_URL: database.url,
      OPENAI_API_KEY: "sk-canary-key-1234567890",
      OPENAI_BASE_URL: pipeline.emulator.url,
      BATCH_CREATION_INTERVAL: "200ms",
      BATCH_POLLING_INTERVAL: "200ms",
      // A create has half of it: a busy machine must not be late.
      BATCH_LEASE_DURATION: "60s",
      BATCH_SETTLE_TIME: "500ms",
    },
    countAnalysed: async () => {
      const { rows } = await database.pool.query(
        `SELECT count(*)::int AS "n" FROM "Session" s JOIN "AIProcessingRequest" r ON r."sessionId" = s."id"
          WHERE r."processingStatus" = 'PROCESSING_COMPLETE' AND s."language" IS NOT NULL AND s."sentiment" IS NOT NULL
            AND s."category" IS NOT NULL AND s."summary" IS NOT NULL`,
      );
      return rows[0].n;
    },
  };
}

describe("livedash run", () => {
  let bench: Bench;
  afterEach(() => bench.close());

  it("completes what was imported, and tells the life of a batch in its log and nothing that was said", async () => {
    bench = await openBench();
    const { database, env } = bench;
    const args = ["import", `${SAMPLES}/thuiszorg-merelveld.csv`, "--company", "Thuiszorg", "--transcripts"];
    const imported = await runCommand([...args, `${SAMPLES}/thuiszorg-merelveld`], env);
    expect(imported).toMatchObject({ code: 0, stderr: "" });
    expect(imported.stdout).toContain("108 imported");
    expect(imported.stdout).toContain("2 bad");
    await database.pool.query(`UPDATE "Message" SET "content" = 'canary-transcript ' || "content"`);

    const { code, stdout, stderr } = await runCommand(["run", "--until-idle"], { ...env, LOG_LEVEL: "trace" });
    expect(code).toBe(0);
    expect(stdout).toContain("108 requests complete");
    expect(await bench.countAnalysed()).toBe(108);
    const status = await runCommand(["status", "--json"], env);
    const { requests, batches } = JSON.parse(status.stdout);
    expect(requests).toEqual({
      pending_batching: 0,
      batching_in_progress: 0,
      processing_complete: 108,
      processing_failed: 0,
    });
    expect(batches).toMatchObject({ PROCESSED: 1, FAILED: 0 });

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
    bench = await openBench({ faults: ["line_refusal:2x"] });
    const { ctx, database, env } = bench;
    await addSessions(ctx, 108);
    const run = await runCommand(["run", "--until-idle"], env);
    expect(run.code).toBe(1);
    expect(run.stdout).toContain("106 requests complete, 2 failed");
    const input = { filter: {}, reason: "The model refused for no reason" };
    const { bulk } = await callOperation(actingAs(database.pool, "ADMIN"), createBulkRequeue, input);
    expect(bulk).toMatchObject({ status: "waiting", matched: 2 });
    expect((await runCommand(["run", "--until-idle"], env)).code).toBe(0);
    expect(await bench.countAnalysed()).toBe(108);
  });

  it("stops at Ctrl-C, and hands its leases back", async () => {
    bench = await openBench();
    await addSessions(bench.ctx, 108);
    const run = startCommand(["run"], bench.env);
    await run.says(/batch\.created/);
    run.child.kill("SIGINT");
    expect((await run.finished).code).toBe(0);
    const { rows } = await bench.database.pool.query(`SELECT "leaseOwner" FROM "AIBatchRequest"`);
    expect(rows).toEqual([{ leaseOwner: null }]);
  });

  it("killed in the middle and run again, completes every request", async () => {
    bench = await openBench();
    const { emulator } = bench;
    // What a killed one holds is waited for.
    const env = { ...bench.env, BATCH_LEASE_DURATION: "5s" };
    await addSessions(bench.ctx, 108);
    for (const moment of [/batch\.claimed/, /batch\.created/, /"providerStatus":"in_progress"/]) {
      const run = startCommand(["run", "--until-idle"], env);
      await Promise.race([run.says(moment), run.finished]);
      run.child.kill("SIGKILL");
      await run.finished;
    }
    expect(await runCommand(["run", "--until-idle"], env)).toMatchObject({ code: 0 });
    expect(await bench.countAnalysed()).toBe(108);
    const ledger = await (await fetch(new URL("/_emulator/ledger", emulator.url))).json();
    expect(ledger).toMatchObject({ linesExecuted: 108, linesExecutedTwice: 0 });
  });
});

it("ends with the reason when the provider refuses the one model that is asked for", async () => {
  const bench = await openBench({ faults: ["line_error:status=404"] });
  try {
    const { env, ctx } = bench;
    await addSessions(ctx, 20);
    const run = await runCommand(["run", "--until-idle"], env);
    expect(run.code).toBe(1);
    expect(run.stdout).toMatch(
      /New batches are on hold: gpt-6-luna: .*does not exist.* 20 requests pending, 0 in batches/,
    );
    const status = await runCommand(["status"], env);
    expect(status.stdout).toMatch(/New batches for gpt-6-luna have been on hold since .*does not exist/);
    const doctor = await runCommand(["doctor"], env);
    expect(doctor.stdout).toMatch(/models-stopped: 1[\s\S]*gpt-6-luna, since .*does not exist/);
    await setFaults(bench.emulator, []);
    expect(await runCommand(["run", "--until-idle"], env)).toMatchObject({ code: 0 });
    expect(await bench.countAnalysed()).toBe(20);
  } finally {
    await bench.close();
  }
});

describe("bad configuration is said in one sentence", () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await openBench();
  });
  afterAll(() => bench.close());
  const cases: Record<string, [Record<string, string>, RegExp]> = {
    "no provider for a real database": [
      { OPENAI_API_KEY: "", OPENAI_BASE_URL: "" },
      /DATABASE_URL is set, but none of OPENAI_API_KEY, OPENAI_BASE_URL and AZURE_OPENAI_ENDPOINT/,
    ],
    "an interval that is none": [{ BATCH_POLLING_INTERVAL: "soon" }, /BATCH_POLLING_INTERVAL is not a duration/],
    "a database that does not answer": [{ DATABASE_URL: "postgresql://u:secretpw@127.0.0.1:1/x" }, /DATABASE_URL/],
    "a key that cannot be sent": [{ OPENAI_API_KEY: "sk-secretpw\n" }, /OPENAI_API_KEY starts or ends with a space/],
  };
  for (const [name, [change, sentence]] of Object.entries(cases)) {
    it(name, async () => {
      const { code, stdout, stderr } = await runCommand(["run", "--until-idle"], { ...bench.env, ...change });
      expect(code).toBe(1);
      expect(stderr).toMatch(sentence);
      expect(stderr.trim().split("\n")).toHaveLength(1);
      expect(stderr + stdout).not.toContain("secretpw");
    });
  }
});
