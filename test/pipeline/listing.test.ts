import { afterEach, describe, expect, it } from "vitest";
import { batchCreator } from "../../lib/pipeline/batchCreator.ts";
import { batchPoller } from "../../lib/pipeline/batchPoller.ts";
import { countCalls } from "../support/copies.ts";
import { setFaults } from "../support/emulatorControl.ts";
import { expectInvariants } from "../support/invariants.ts";
import { addSessions, runUntilIdle, startPipelineInOwnTime, type TestPipeline } from "../support/pipeline.ts";
import { passTime } from "../support/testClock.ts";

const BATCHES = 12;
const RUNS_FOR_MS = 3_600_000;

let pipeline: TestPipeline;
afterEach(async () => pipeline.close());

/** So many batches in flight, each seen once by the poller. */
async function start(faults: string[] = []): Promise<void> {
  pipeline = await startPipelineInOwnTime({
    env: { BATCH_MAX_LINES: "1", BATCH_POLLING_INTERVAL: "2m" },
    emulator: { faults, times: { inProgress: RUNS_FOR_MS } },
  });
  await addSessions(pipeline.ctx, BATCHES);
  await batchCreator(pipeline.ctx);
  await passTime(pipeline.ctx, 60_000);
}

/** One round of polling: what it visited, and how often it asked for a batch or for the list. */
async function poll() {
  const before = await countCalls(pipeline);
  const round = await batchPoller(pipeline.ctx);
  const after = await countCalls(pipeline);
  const made = (call: string) => (after[call] ?? 0) - (before[call] ?? 0);
  return { ...round, retrieved: made("GET /v1/batches/:id"), listed: made("GET /v1/batches") };
}

async function statuses(): Promise<Record<string, number>> {
  const { rows } = await pipeline.ctx.db.query(
    `SELECT "status", count(*)::int AS "n" FROM "AIBatchRequest" GROUP BY 1 ORDER BY 1`,
  );
  return Object.fromEntries(rows.map(({ status, n }) => [status, n]));
}

describe("many batches in flight", () => {
  it("are known by the list as long as they run, and each is asked for itself at every fifth visit", async () => {
    await start();
    const rounds = [];
    for (let round = 0; round < 5; round++) rounds.push(await poll());
    expect(rounds.map(({ visited }) => visited)).toEqual(Array(5).fill(BATCHES));
    expect(rounds.reduce((sum, { retrieved }) => sum + retrieved, 0)).toBe(BATCHES);
    expect(Math.max(...rounds.map(({ retrieved }) => retrieved)), "in a single round").toBeLessThan(BATCHES);
    // One of each is to know a copy by.
    for (const { listed } of rounds) expect(listed).toBeLessThanOrEqual(2);
    expect(await statuses()).toEqual({ IN_PROGRESS: BATCHES });
  });

  it("are collected in the round in which the list says that they are over", async () => {
    await start();
    await poll();
    await passTime(pipeline.ctx, 2 * RUNS_FOR_MS);
    expect(await poll()).toMatchObject({ visited: BATCHES, failed: 0, retrieved: BATCHES });
    expect(await statuses()).toEqual({ PROCESSED: BATCHES });
    expect(await expectInvariants(pipeline)).toMatchObject({ linesExecuted: BATCHES });
  });

  it("are asked for themselves where the list does not come, and shows no stop", async () => {
    await start();
    await setFaults(pipeline.emulator, ["http_error:status=503,method=GET,path=/v1/batches"]);
    expect(await poll()).toMatchObject({ visited: BATCHES, failed: 0, retrieved: BATCHES });
    const warned = pipeline.logged().filter(({ event }) => event === "batches.not_listed");
    expect(warned).toMatchObject([{ level: 40, provider: "openai" }]);
  });

  it("come to their end where the list never shows one", async () => {
    await start(["stale_listing"]);
    await poll();
    await passTime(pipeline.ctx, 2 * RUNS_FOR_MS);
    for (let round = 0; round < 5; round++) await poll();
    expect(await statuses()).toEqual({ PROCESSED: BATCHES });
    expect(await expectInvariants(pipeline)).toMatchObject({ linesExecuted: BATCHES });
  });

  it("that the list does not show are asked for themselves", async () => {
    await start(["late_listing:ms=168h"]);
    expect(await poll()).toMatchObject({ visited: BATCHES, failed: 0, retrieved: BATCHES });
  });
});

it("a few batches are asked for themselves: a list would save nothing", async () => {
  pipeline = await startPipelineInOwnTime({ env: { BATCH_MAX_LINES: "1" } });
  await addSessions(pipeline.ctx, 3);
  await batchCreator(pipeline.ctx);
  await passTime(pipeline.ctx, 10);
  expect(await poll()).toMatchObject({ visited: 3, retrieved: 3 });
  await runUntilIdle(pipeline.ctx);
  await expectInvariants(pipeline);
});
