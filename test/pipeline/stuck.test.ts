import { afterEach, describe, expect, it } from "vitest";
import { listBatches } from "../../lib/admin/batches/listBatches.ts";
import { readBatch } from "../../lib/admin/batches/readBatch.ts";
import { readStuck } from "../../lib/admin/batches/stuckBatches.ts";
import { doctor } from "../../lib/admin/doctor/doctor.ts";
import { readOverview } from "../../lib/admin/overview/readOverview.ts";
import { callOperation } from "../../lib/api/operation.ts";
import type { PipelineContext } from "../../lib/context.ts";
import { batchCreator } from "../../lib/pipeline/batchCreator.ts";
import { batchPoller } from "../../lib/pipeline/batchPoller.ts";
import { openProvider } from "../../lib/providers/openProvider.ts";
import { callerOf } from "../support/caller.ts";
import { setFaults } from "../support/emulatorControl.ts";
import { createAs } from "../support/othersAtProvider.ts";
import { addSessions, startPipeline, type TestPipeline } from "../support/pipeline.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

let pipeline: TestPipeline;
/** How far the pipeline's clock is ahead. */
let ahead = 0;
let ctx: PipelineContext;
afterEach(async () => pipeline.close());

/** A batch of six requests that was sent, or tried to be, under these faults. */
async function startBatch(faults: string[], env: Record<string, string> = {}): Promise<string> {
  pipeline = await startPipeline({ emulator: { faults }, env });
  ahead = 0;
  const { clock } = pipeline.ctx;
  const now = () => new Date(clock.now().getTime() + ahead);
  // The SDK's own retries would take seconds.
  const provider = openProvider("openai", { apiKey: "test-key", baseURL: pipeline.emulator.url, maxRetries: 0 });
  ctx = { ...pipeline.ctx, provider, clock: { ...clock, now } };
  await addSessions(ctx, 6);
  await batchCreator(ctx);
  const { rows } = await ctx.db.query(`SELECT "id" FROM "AIBatchRequest"`);
  return rows[0].id;
}

const sql = async (text: string) => (await ctx.db.query(text)).rows;
const stuckOne = async () => (await readStuck(ctx)).oldest[0]?.stuck ?? null;
const logged = (event: string) => pipeline.logged().filter((line) => line.event === event);

/** Polls until the provider's word for the batch is this one. */
async function pollUntil(providerStatus: string): Promise<void> {
  for (;;) {
    await batchPoller(ctx);
    const [batch] = await sql(`SELECT "providerStatus" FROM "AIBatchRequest"`);
    if (batch.providerStatus === providerStatus) return;
    await ctx.clock.sleep(20);
  }
}

describe("a batch that is three days past its expiry, and finalizing", () => {
  it("is named with its reason and the provider's last words wherever somebody looks, and logged once", async () => {
    const id = await startBatch(["stuck_in:status=finalizing"]);
    await pollUntil("finalizing");
    expect(await readStuck(ctx)).toEqual({ count: 0, oldest: [] });

    ahead = 4 * DAY;
    const [{ expiresAt }] = await sql(`SELECT "expiresAt" FROM "AIBatchRequest"`);
    const stuck = {
      reason: "past_expiry",
      message: expect.stringContaining("passed its expiry time"),
      since: expiresAt,
      lastWords: '"finalizing", 6 of 6 lines done',
    };
    expect(await readStuck(ctx)).toEqual({ count: 1, oldest: [expect.objectContaining({ id, stuck })] });
    const overview = await readOverview(ctx);
    expect(overview.batches).toMatchObject({ stuck: { count: 1, oldest: [{ id, stuck }] }, live: [{ id, stuck }] });
    const { findings } = await doctor(ctx, { fix: true });
    expect(findings).toMatchObject([{ id: "stuck-batches", count: 1, repaired: 0, examples: [id] }]);
    expect(findings[0]?.details?.[0]).toMatch(/passed its expiry time.*"finalizing", 6 of 6/);
    const support = callerOf(ctx, "SUPPORT");
    const answered = { ...stuck, since: expiresAt.toISOString() };
    expect((await callOperation(support, listBatches, { stuck: "true" })).batches).toMatchObject([
      { id, stuck: answered },
    ]);
    expect((await callOperation(support, readBatch, { id })).batch).toMatchObject({ stuck: answered });

    for (let round = 0; round < 3; round++) await batchPoller(ctx);
    expect(logged("batch.stuck")).toMatchObject([
      { batchId: id, reason: "past_expiry", lastWords: stuck.lastWords, level: 50 },
    ]);
    const [{ status }] = await sql(`SELECT "status" FROM "AIBatchRequest"`);
    expect(status).toBe("FINALIZING");
  });
});

describe("a batch about which calls fail", () => {
  const WAYS = ["500", "429", "401", "404"];

  it("is stuck after ten in a row, in whatever ways, with the last error; and moves on when one gets through", async () => {
    await startBatch(["stuck_in_progress"]);
    await pollUntil("in_progress");
    for (let call = 1; call <= 10; call++) {
      expect(await stuckOne(), `after ${call - 1}`).toBeNull();
      await setFaults(pipeline.emulator, [`http_error:status=${WAYS[call % 4]},path=/v1/batches/*`]);
      ahead += 2 * MINUTE;
      await sql(`UPDATE "AIBatchRequest" SET "notBefore" = NULL`);
      await batchPoller(ctx);
    }
    const lastWords = expect.stringMatching(/"in_progress".*; then: .*429/);
    expect(await stuckOne()).toMatchObject({ reason: "calls_failing", message: expect.stringMatching(/10 times/) });
    expect(logged("batch.stuck")).toMatchObject([{ reason: "calls_failing", lastWords: expect.any(String) }]);
    await setFaults(pipeline.emulator, ["http_error:status=429,path=/v1/batches/*"]);
    await sql(`UPDATE "AIBatchRequest" SET "notBefore" = NULL`);
    await batchPoller(ctx);
    expect(await stuckOne()).toMatchObject({ lastWords });
    expect(logged("batch.stuck")).toHaveLength(1);

    await setFaults(pipeline.emulator, []);
    await sql(`UPDATE "AIBatchRequest" SET "notBefore" = NULL`);
    await batchPoller(ctx);
    expect(await stuckOne()).toBeNull();
    expect(logged("batch.moves_on")).toHaveLength(1);
  });

  it("is stuck after an hour in which none got through, however few they were", async () => {
    await startBatch(["stuck_in_progress", "retrieve_fails:after=0,status=503,ms=10h"]);
    await batchPoller(ctx);
    ahead = 59 * MINUTE;
    await batchPoller(ctx);
    expect(await stuckOne()).toBeNull();
    ahead = 61 * MINUTE;
    expect(await stuckOne()).toMatchObject({ reason: "calls_failing", message: expect.stringMatching(/2 times/) });
  });

  it("is not stuck an hour after one call failed, when the next one got through", async () => {
    await startBatch(["stuck_in_progress"]);
    await setFaults(pipeline.emulator, ["http_error:1x:status=400,path=/v1/batches/*"]);
    await batchPoller(ctx);
    ahead = 5 * MINUTE;
    await batchPoller(ctx);
    ahead = 3 * HOUR;
    expect(await stuckOne()).toBeNull();
  });
});

describe("a batch that settles", () => {
  it("is stuck after ten times the settle time", async () => {
    await startBatch(["connection_reset:once:method=POST,path=/v1/batches"], { BATCH_SETTLE_TIME: "1m" });
    await sql(`UPDATE "AIBatchRequest" SET "notBefore" = NULL`);
    await batchPoller(ctx);
    await setFaults(pipeline.emulator, ["http_error:status=503,method=GET,path=/v1/batches"]);
    ahead = 9 * MINUTE;
    await batchPoller(ctx);
    expect(await stuckOne()).toBeNull();
    ahead = 11 * MINUTE;
    expect(await stuckOne()).toMatchObject({ reason: "settling", lastWords: expect.stringMatching(/503/) });
  });
});

describe("a batch without an expiry", () => {
  it("is given none, and is stuck when it has not been begun for a day", async () => {
    const id = await startBatch(["http_error:1x:status=503,method=POST,path=/v1/batches"]);
    const { provider } = ctx;
    const without = { ...ctx, provider: { ...provider, listBatches: (since: Date) => withoutExpiry(since) } };
    async function* withoutExpiry(since: Date) {
      for await (const batch of provider.listBatches(since)) yield { ...batch, expiresAt: null };
    }
    const [{ inputFileId }] = await sql(`SELECT "inputFileId" FROM "AIBatchRequest"`);
    await setFaults(pipeline.emulator, ["stuck_in:status=validating"]);
    await createAs(pipeline.emulator, inputFileId, { batch_id: id });
    await sql(`UPDATE "AIBatchRequest" SET "notBefore" = NULL`);
    await batchPoller(without);
    expect(await sql(`SELECT "status", "expiresAt" FROM "AIBatchRequest"`)).toEqual([
      { status: "VALIDATING", expiresAt: null },
    ]);
    ahead = 23 * HOUR;
    expect(await stuckOne()).toBeNull();
    ahead = 25 * HOUR;
    expect(await stuckOne()).toMatchObject({ reason: "not_begun", lastWords: '"validating"' });
    // What runs may take its time, but not for ever.
    await sql(`UPDATE "AIBatchRequest" SET "status" = 'IN_PROGRESS'`);
    ahead = 6 * DAY;
    expect(await stuckOne()).toBeNull();
    ahead = 8 * DAY;
    expect(await stuckOne()).toMatchObject({ reason: "overdue" });
    await sql(`UPDATE "AIBatchRequest" SET "status" = 'COMPLETED', "completedAt" = now() + interval '2 days'`);
    ahead = 2 * DAY + 30 * MINUTE;
    expect(await stuckOne()).toBeNull();
    ahead = 2 * DAY + 61 * MINUTE;
    expect(await stuckOne()).toMatchObject({ reason: "overdue" });
  });
});

describe("results that come in after the expiry", () => {
  it("are not stuck while they are collected, but when that takes an hour", async () => {
    await startBatch(["stuck_in_progress"]);
    await sql(`UPDATE "AIBatchRequest" SET "status" = 'COMPLETED', "completedAt" = now() + interval '2 days'`);
    ahead = 2 * DAY + 30 * MINUTE;
    expect(await stuckOne()).toBeNull();
    ahead = 2 * DAY + 61 * MINUTE;
    expect(await stuckOne()).toMatchObject({ reason: "past_expiry" });
  });
});
