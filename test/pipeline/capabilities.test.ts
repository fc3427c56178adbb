import { afterEach, beforeEach, expect, it } from "vitest";
import { cancelBatch } from "../../lib/admin/batches/cancelBatch.ts";
import { giveUpBatch } from "../../lib/admin/batches/giveUpBatch.ts";
import { callOperation } from "../../lib/api/operation.ts";
import type { PipelineContext } from "../../lib/context.ts";
import { batchCreator } from "../../lib/pipeline/batchCreator.ts";
import { batchPoller } from "../../lib/pipeline/batchPoller.ts";
import { reaper } from "../../lib/pipeline/reap/reaper.ts";
import type { Capabilities } from "../../lib/providers/contract/capabilities.ts";
import type { BatchProvider } from "../../lib/providers/contract/provider.ts";
import { callerOf } from "../support/caller.ts";
import { countCalls } from "../support/copies.ts";
import { setFaults } from "../support/emulatorControl.ts";
import { expectInvariants } from "../support/invariants.ts";
import { createAs } from "../support/othersAtProvider.ts";
import { addSessions, runUntilIdle, startPipelineInOwnTime, type TestPipeline } from "../support/pipeline.ts";
import { passTime } from "../support/testClock.ts";

const LINES = 7;
const HOUR = 3_600_000;

let pipeline: TestPipeline;
beforeEach(async () => {
  pipeline = await startPipelineInOwnTime();
});
afterEach(async () => pipeline.close());

/** The same provider, of which something else is declared. */
function declaring(change: Partial<Capabilities>, provider: Partial<BatchProvider> = {}): PipelineContext {
  const { ctx } = pipeline;
  const capabilities = { ...ctx.provider.capabilities, ...change };
  return { ...ctx, provider: { ...ctx.provider, ...provider, capabilities } };
}

const batches = async () => (await pipeline.ctx.db.query(`SELECT * FROM "AIBatchRequest" ORDER BY "createdAt"`)).rows;

it("no file has more lines than the provider takes, whatever is configured", async () => {
  const ctx = declaring({ mostLines: 3 });
  await addSessions(ctx, LINES);
  await batchCreator(ctx);
  const counts = (await batches()).map(({ requestCount }) => requestCount);
  // Made in one moment, they have no order.
  expect(counts.toSorted()).toEqual([1, 3, 3]);
});

it("no file has more bytes than the provider takes", async () => {
  await addSessions(pipeline.ctx, LINES);
  await batchCreator(declaring({ mostBytes: 10_000 }));
  const sizes = (await batches()).map(({ byteSize }) => Number(byteSize));
  expect(sizes.length).toBeGreaterThan(1);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(10_000);
});

it("a lost create is adopted by its input file where the provider knows no marks", async () => {
  const { provider } = pipeline.ctx;
  const ctx = declaring(
    { knownBy: ["input_file"] },
    {
      listBatches: async function* (since) {
        for await (const batch of provider.listBatches(since)) yield { ...batch, mark: null };
      },
    },
  );
  await setFaults(pipeline.emulator, ["lost_reply_create:once"]);
  await addSessions(ctx, LINES);
  await runUntilIdle(ctx);
  expect(await expectInvariants(pipeline)).toMatchObject({ linesExecuted: LINES, batches: { created: 1 } });
});

it("where nothing can be cancelled, nobody tries to", async () => {
  const ctx = declaring({ cancelTakesMs: null });
  await setFaults(pipeline.emulator, ["slow_batch:factor=100000", "lost_reply_create:once"]);
  await addSessions(ctx, LINES);
  await batchCreator(ctx);
  const [{ id, inputFileId }] = await batches();
  await createAs(pipeline.emulator, inputFileId, { batch_id: id, epoch: "1" });
  await passTime(ctx, 20_000);
  // Recovery leaves the surplus, and so does the reaper.
  await batchPoller(ctx);
  expect(await batches()).toMatchObject([{ openaiBatchId: expect.stringMatching(/^batch_/) }]);
  expect(await reaper(ctx)).toEqual({ batches: 0, files: 0 });
  const caller = callerOf(ctx, "ADMIN");
  await expect(callOperation(caller, cancelBatch, { id, reason: "too slow" })).rejects.toMatchObject({
    code: "conflict",
  });
  await callOperation(caller, giveUpBatch, { id, reason: "too slow", requeueNow: true });
  expect(await batches()).toMatchObject([{ status: "CANCELLED", errorCode: "batch_given_up" }]);
  expect((await countCalls(pipeline))["POST /v1/batches/:id/cancel"] ?? 0).toBe(0);
});

it("a batch that never expires is given up a day from now, not a day after an expiry", async () => {
  const { provider } = pipeline.ctx;
  const without = async (id: string) => ({ ...(await provider.retrieveBatch(id)), expiresAt: null });
  const ctx = declaring(
    { expires: false },
    {
      createBatch: async (batch) => ({ ...(await provider.createBatch(batch)), expiresAt: null }),
      retrieveBatch: without,
    },
  );
  await setFaults(pipeline.emulator, ["stuck_in:status=validating"]);
  await addSessions(ctx, LINES);
  await batchCreator(ctx);
  const [{ id }] = await batches();
  await passTime(ctx, HOUR);
  await callOperation(callerOf(ctx, "ADMIN"), giveUpBatch, { id, reason: "hangs" });
  const [{ requeueAt, givenUpAt }] = await batches();
  expect(requeueAt.getTime() - givenUpAt.getTime()).toBe(24 * HOUR);
});
