import { afterEach, describe, expect, it } from "vitest";
import { atCommandLine } from "../../cli/commandActor.ts";
import { type Clock, systemClock as emulatorClock } from "../../emulator/clock.ts";
import { adoptCopy, planAdoption } from "../../lib/admin/copies/adoptCopy.ts";
import { detachCopy, planDetachment } from "../../lib/admin/copies/detachCopy.ts";
import type { PipelineContext } from "../../lib/context.ts";
import { openInstallation, readInstallation } from "../../lib/installation/installation.ts";
import { batchCreator } from "../../lib/pipeline/batchCreator.ts";
import { batchPoller } from "../../lib/pipeline/batchPoller.ts";
import { countCalls, keepCopies, rounds, takeSnapshot } from "../support/copies.ts";
import { setFaults } from "../support/emulatorControl.ts";
import { expectInvariants, readLedger } from "../support/invariants.ts";
import { createAs } from "../support/othersAtProvider.ts";
import { addSessions, pollUntilOver, runUntilIdle, startPipeline, type TestPipeline } from "../support/pipeline.ts";

/** Long enough that what is in flight is still in flight when the database is copied. */
const SLOW = { validating: 20, inProgress: 4_000, finalizing: 20, cancelling: 20 };

const MINUTE = 60_000;

/** The clock of a provider that is not ours. */
function aheadBy(ms: number): Clock & { advance: (ms: number) => void } {
  let ahead = ms;
  return {
    now: () => emulatorClock.now() + ahead,
    sleepUntil: (at, signal) => emulatorClock.sleepUntil(at - ahead, signal),
    advance: (more) => {
      ahead += more;
    },
  };
}

let pipeline: TestPipeline;
const copies = keepCopies();
const copyOf = (options: { place?: "same" } = {}) => copies.add(pipeline, options);
afterEach(async () => {
  await copies.drop();
  await pipeline.close();
});

async function countRequests(ctx: PipelineContext): Promise<Record<string, number>> {
  const { rows } = await ctx.db.query<{ status: string; count: number }>(
    `SELECT "processingStatus" AS "status", count(*)::int AS "count" FROM "AIProcessingRequest" GROUP BY 1`,
  );
  return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
}

const signOf = async (ctx: PipelineContext) => (await readInstallation(ctx.db))?.copied?.sign;
const batchesOf = async (ctx: PipelineContext) => (await ctx.db.query(`SELECT * FROM "AIBatchRequest"`)).rows;

describe("a copy that is adopted", () => {
  it("takes over what the original sent since, and the original stops by itself", async () => {
    pipeline = await startPipeline({ emulator: { times: SLOW } });
    await addSessions(pipeline.ctx, 3);
    await batchCreator(pipeline.ctx);
    await addSessions(pipeline.ctx, 5);
    const copy = await copyOf();
    await batchCreator(pipeline.ctx);
    await rounds(1, copy.ctx);

    const plan = await planAdoption(copy.ctx);
    expect(plan).toMatchObject({
      generation: 2,
      known: { batches: 1, requests: 3 },
      forgotten: { batches: 1, requests: 5 },
      lost: { batches: 0 },
      unusedFiles: 0,
    });
    expect(await countRequests(copy.ctx)).toEqual({ BATCHING_IN_PROGRESS: 3, PENDING_BATCHING: 5 });
    expect(await signOf(copy.ctx)).toBe("database");

    expect(await adoptCopy(atCommandLine(copy.ctx))).toEqual(plan);
    expect(await countRequests(copy.ctx)).toEqual({ BATCHING_IN_PROGRESS: 8 });
    await addSessions(copy.ctx, 2, { company: "Later" });
    await addSessions(pipeline.ctx, 2, { company: "Later" });
    await rounds(5, pipeline.ctx, copy.ctx);
    expect(await signOf(pipeline.ctx)).toBe("takeover");
    await runUntilIdle(copy.ctx);
    await rounds(3, pipeline.ctx, copy.ctx);
    expect(await countRequests(copy.ctx)).toEqual({ PROCESSING_COMPLETE: 10 });
    expect(await expectInvariants({ ...pipeline, ctx: copy.ctx })).toMatchObject({
      linesExecuted: 10,
      batches: { created: 3 },
    });
    expect((await countCalls(pipeline))["POST /v1/batches/:id/cancel"] ?? 0).toBe(0);
    const { rows } = await copy.ctx.db.query(
      `SELECT "actorKind", "outcome", "details" FROM "SecurityAuditLog" WHERE "action" = 'installation.adopt'`,
    );
    expect(rows).toMatchObject([{ actorKind: "command", outcome: "done", details: { forgotten: { requests: 5 } } }]);
  });

  it("is the original itself, after a copy that PostgreSQL cannot tell from it has sent something", async () => {
    pipeline = await startPipeline({ emulator: { times: SLOW } });
    await openInstallation(pipeline.ctx);
    await addSessions(pipeline.ctx, 4);
    const copy = await copyOf({ place: "same" });
    await batchCreator(copy.ctx);
    await rounds(2, pipeline.ctx);
    expect(await signOf(pipeline.ctx)).toBe("batch");
    await detachCopy(atCommandLine(copy.ctx));
    await adoptCopy(atCommandLine(pipeline.ctx));
    await runUntilIdle(pipeline.ctx);
    expect(await expectInvariants(pipeline)).toMatchObject({ linesExecuted: 4, batches: { created: 1 } });
  });
});

describe("a database that was set back, and is adopted", () => {
  it("has everything again that was in flight, and buys nothing twice", async () => {
    pipeline = await startPipeline({ env: { BATCH_MAX_LINES: "4" }, emulator: { times: SLOW } });
    const { ctx } = pipeline;
    await addSessions(ctx, 4);
    await batchCreator(ctx);
    await addSessions(ctx, 8);
    const setBack = await takeSnapshot(pipeline.database.owner);
    await batchCreator(ctx);
    await setBack();
    await rounds(2, ctx);
    expect(await signOf(ctx)).toBe("batch");
    expect(await adoptCopy(atCommandLine(ctx))).toMatchObject({
      known: { batches: 1, requests: 4 },
      forgotten: { batches: 2, requests: 8 },
    });
    await runUntilIdle(ctx);
    expect(await countRequests(ctx)).toEqual({ PROCESSING_COMPLETE: 12 });
    expect(await expectInvariants(pipeline)).toMatchObject({ linesExecuted: 12, batches: { created: 3 } });
  });

  it("adopts answers that were applied in the time that is lost, where their files are still there", async () => {
    pipeline = await startPipeline({ env: { BATCH_DELETE_FILES: "false" } });
    const { ctx } = pipeline;
    await openInstallation(ctx);
    await addSessions(ctx, 4);
    const setBack = await takeSnapshot(pipeline.database.owner);
    await runUntilIdle(ctx);
    await setBack();
    await adoptCopy(atCommandLine(ctx));
    await runUntilIdle(ctx);
    expect(await countRequests(ctx)).toEqual({ PROCESSING_COMPLETE: 4 });
    expect(await expectInvariants(pipeline)).toMatchObject({ linesExecuted: 4, batches: { created: 1 } });
  });

  it("does not take a file whose download is cut for all that was sent, and can be run again", async () => {
    pipeline = await startPipeline({ emulator: { times: SLOW } });
    const { ctx } = pipeline;
    await openInstallation(ctx);
    await addSessions(ctx, 4);
    const setBack = await takeSnapshot(pipeline.database.owner);
    await batchCreator(ctx);
    await setBack();
    await setFaults(pipeline.emulator, ["download_cut:once:share=0.3,clean=true"]);
    await expect(adoptCopy(atCommandLine(ctx))).rejects.toThrow(/ended after \d+ of \d+ bytes/);
    expect(await adoptCopy(atCommandLine(ctx))).toMatchObject({ forgotten: { batches: 1, requests: 4 } });
    await runUntilIdle(ctx);
    expect(await countRequests(ctx)).toEqual({ PROCESSING_COMPLETE: 4 });
    expect(await expectInvariants(pipeline)).toMatchObject({ linesExecuted: 4, batches: { created: 1 } });
  });

  it("says what is lost, and buys that again", async () => {
    pipeline = await startPipeline();
    const { ctx } = pipeline;
    await openInstallation(ctx);
    await addSessions(ctx, 4);
    const setBack = await takeSnapshot(pipeline.database.owner);
    await runUntilIdle(ctx);
    await setBack();
    expect(await adoptCopy(atCommandLine(ctx))).toMatchObject({
      forgotten: { batches: 0 },
      lost: { batches: 1, requests: 4 },
    });
    await runUntilIdle(ctx);
    expect(await countRequests(ctx)).toEqual({ PROCESSING_COMPLETE: 4 });
    expect(await readLedger(pipeline)).toMatchObject({ linesExecuted: 8 });
  });

  it.each([
    ["at the same time", 0],
    ["minutes behind", -8 * MINUTE],
    ["minutes ahead", 8 * MINUTE],
  ])(
    "takes a request from the batch in which it stood before to the one in which it was sent again: the provider's clock is %s",
    async (_, aheadMs) => {
      pipeline = await startPipeline({
        env: { BATCH_CREATION_INTERVAL: "100ms", BATCH_DELETE_FILES: "false" },
        emulator: { clock: aheadBy(aheadMs) },
      });
      const { ctx } = pipeline;
      await setFaults(pipeline.emulator, ["line_error:once:status=500"]);
      await addSessions(ctx, 4);
      await batchCreator(ctx);
      const setBack = await takeSnapshot(pipeline.database.owner);
      await pollUntilOver(ctx);
      await ctx.db.query(`UPDATE "AIProcessingRequest" SET "notBefore" = NULL`);
      await batchCreator(ctx);
      await setBack();
      await rounds(1, ctx);
      expect(await adoptCopy(atCommandLine(ctx))).toMatchObject({
        known: { batches: 1, requests: 3 },
        forgotten: { batches: 1, requests: 1 },
      });
      await runUntilIdle(ctx);
      expect(await countRequests(ctx)).toEqual({ PROCESSING_COMPLETE: 4 });
      expect(await expectInvariants(pipeline)).toMatchObject({ linesExecuted: 4, batches: { created: 2 } });
    },
  );

  it.each([
    ["at the same time", 0],
    ["minutes behind", -8 * MINUTE],
    ["minutes ahead", 8 * MINUTE],
  ])(
    "leaves a request in the batch that was sent later, though it forgot an earlier one: the provider's clock is %s",
    async (_, aheadMs) => {
      const clock = aheadBy(aheadMs);
      pipeline = await startPipeline({
        env: { BATCH_DELETE_FILES: "false" },
        emulator: { clock, times: SLOW, faults: ["late_listing:once:ms=120000"] },
      });
      const { ctx } = pipeline;
      await openInstallation(ctx);
      await addSessions(ctx, 3);
      const setBack = await takeSnapshot(pipeline.database.owner);
      await batchCreator(ctx);
      const [earlier] = await batchesOf(ctx);
      // By then the provider has read its file.
      await expect.poll(async () => (await ctx.provider.retrieveBatch(earlier.openaiBatchId)).state).toBe("running");
      await setBack();
      // What was sent does not show yet, and its file is gone: nothing says that this is the second time.
      for await (const file of ctx.provider.listInputFiles()) await ctx.provider.deleteFile(file.id);
      clock.advance(2_000);
      await batchCreator(ctx);
      const [later] = await batchesOf(ctx);
      clock.advance(120_000);
      const afterARound = () => rounds(1, ctx).then(() => signOf(ctx));
      await expect.poll(afterARound).toBe("batch");
      expect(await adoptCopy(atCommandLine(ctx))).toMatchObject({
        known: { batches: 1, requests: 3 },
        forgotten: { batches: 0 },
        left: { batches: 1 },
      });
      await runUntilIdle(ctx);
      expect(await batchesOf(ctx)).toMatchObject([{ id: later.id, status: "PROCESSED", appliedCount: 3 }]);
    },
  );

  it("counts a request that it forgot twice once, before and while it is adopted", async () => {
    pipeline = await startPipeline({ env: { BATCH_CREATION_INTERVAL: "100ms", BATCH_DELETE_FILES: "false" } });
    const { ctx } = pipeline;
    await setFaults(pipeline.emulator, ["line_error:once:status=500"]);
    await openInstallation(ctx);
    await addSessions(ctx, 4);
    const setBack = await takeSnapshot(pipeline.database.owner);
    await batchCreator(ctx);
    await pollUntilOver(ctx);
    await ctx.db.query(`UPDATE "AIProcessingRequest" SET "notBefore" = NULL`);
    await batchCreator(ctx);
    await setBack();
    await rounds(1, ctx);
    const plan = await planAdoption(ctx);
    expect(plan).toMatchObject({ forgotten: { batches: 2, requests: 4 } });
    expect(await adoptCopy(atCommandLine(ctx))).toEqual(plan);
    await runUntilIdle(ctx);
    expect(await countRequests(ctx)).toEqual({ PROCESSING_COMPLETE: 4 });
    expect(await expectInvariants(pipeline)).toMatchObject({ linesExecuted: 4, batches: { created: 2 } });
  });

  it("knows again what it had claimed and not sent, and a batch of which only some requests are left", async () => {
    pipeline = await startPipeline({ emulator: { times: SLOW } });
    const { ctx } = pipeline;
    await openInstallation(ctx);
    const { requestIds } = await addSessions(ctx, 5);
    const setBack = await takeSnapshot(pipeline.database.owner);
    await batchCreator(ctx);
    await setBack();
    await ctx.db.query(
      `UPDATE "AIProcessingRequest" SET "processingStatus" = 'PROCESSING_FAILED', "errorCode" = 'answer_refused'
        WHERE "id" = $1`,
      [requestIds[0]],
    );
    await ctx.db.query(`DELETE FROM "AIProcessingRequest" WHERE "id" = $1`, [requestIds[1]]);
    expect(await adoptCopy(atCommandLine(ctx))).toMatchObject({ forgotten: { batches: 1, requests: 4 } });
    expect(await batchesOf(ctx)).toMatchObject([{ requestCount: 4, isPartial: true, epoch: 1 }]);
    await runUntilIdle(ctx);
    expect(await countRequests(ctx)).toEqual({ PROCESSING_COMPLETE: 4 });
    expect(await expectInvariants(pipeline)).toMatchObject({ linesExecuted: 5, batches: { created: 1 } });
  });

  it("records what was sent of a batch that it knows", async () => {
    pipeline = await startPipeline({
      emulator: { times: SLOW, faults: ["http_error:once:status=503,method=POST,path=/v1/files"] },
    });
    const { ctx } = pipeline;
    await addSessions(ctx, 3);
    await batchCreator(ctx);
    await ctx.db.query(`UPDATE "AIBatchRequest" SET "notBefore" = NULL`);
    const setBack = await takeSnapshot(pipeline.database.owner);
    await batchPoller(ctx);
    await setBack();
    await rounds(1, ctx);
    expect(await signOf(ctx)).toBe("epoch");
    expect(await adoptCopy(atCommandLine(ctx))).toMatchObject({ found: { batches: 1, requests: 3 } });
    await runUntilIdle(ctx);
    expect(await expectInvariants(pipeline)).toMatchObject({ linesExecuted: 3, batches: { created: 1 } });
  });

  it("deletes a file from which a create is still on its way, so that it comes to nothing", async () => {
    pipeline = await startPipeline({
      env: { BATCH_SETTLE_TIME: "1s" },
      emulator: { times: SLOW, faults: ["late_create:once:ms=1500"] },
    });
    const { ctx } = pipeline;
    await openInstallation(ctx);
    await addSessions(ctx, 3);
    const setBack = await takeSnapshot(pipeline.database.owner);
    await batchCreator(ctx);
    await setBack();
    expect(await adoptCopy(atCommandLine(ctx))).toMatchObject({ unusedFiles: 1, forgotten: { batches: 0 } });
    await runUntilIdle(ctx);
    expect(await expectInvariants(pipeline)).toMatchObject({ linesExecuted: 3, linesBoughtAgain: 0 });
  });
});

describe("a copy that is detached", () => {
  it("forgets what is in flight, buys its own, and touches nothing of the original", async () => {
    pipeline = await startPipeline({ emulator: { times: SLOW } });
    await addSessions(pipeline.ctx, 3);
    await batchCreator(pipeline.ctx);
    await addSessions(pipeline.ctx, 2);
    const copy = await copyOf();
    const { id } = await openInstallation(pipeline.ctx);
    expect(await planDetachment(copy.ctx)).toEqual({ from: id, batches: 1, requests: 3, pending: 2 });
    const before = await countCalls(pipeline);
    expect(await detachCopy(atCommandLine(copy.ctx))).toEqual({ from: id, batches: 1, requests: 3, pending: 2 });
    expect(await countCalls(pipeline)).toEqual(before);
    expect((await openInstallation(copy.ctx)).id).not.toBe(id);
    expect(await batchesOf(copy.ctx)).toMatchObject([{ status: "CANCELLED", errorCode: "batch_detached" }]);
    await copy.ctx.db.query(`UPDATE "AIBatchRequest" SET "processedAt" = "processedAt" - interval '1 hour'`);
    await rounds(3, copy.ctx, pipeline.ctx);
    await Promise.all([runUntilIdle(copy.ctx), runUntilIdle(pipeline.ctx)]);
    await rounds(2, copy.ctx, pipeline.ctx);
    for (const ctx of [copy.ctx, pipeline.ctx]) {
      expect(await countRequests(ctx)).toEqual({ PROCESSING_COMPLETE: 5 });
      expect(await signOf(ctx)).toBeUndefined();
    }
    const calls = await countCalls(pipeline);
    expect(calls["POST /v1/batches/:id/cancel"] ?? 0).toBe(0);
    expect(await readLedger(pipeline)).toMatchObject({ linesExecuted: 10, batches: { live: 0, created: 3 } });
    const { rows } = await copy.ctx.db.query(
      `SELECT "outcome", "code" FROM "AIRequestAttempt" WHERE "code" = 'batch_detached'`,
    );
    expect(rows).toHaveLength(3);
  });

  it("leaves alone what the original made before marks were signed", async () => {
    pipeline = await startPipeline({ emulator: { times: { ...SLOW, inProgress: 60_000 } } });
    await addSessions(pipeline.ctx, 3);
    await batchCreator(pipeline.ctx);
    const [batch] = await batchesOf(pipeline.ctx);
    const unsigned = { batch_id: batch.id, epoch: "1" };
    await createAs(pipeline.emulator, batch.inputFileId, unsigned);
    const copy = await copyOf();
    await detachCopy(atCommandLine(copy.ctx));
    await rounds(2, copy.ctx);
    expect((await countCalls(pipeline))["POST /v1/batches/:id/cancel"] ?? 0).toBe(0);
    await rounds(1, pipeline.ctx);
    expect((await countCalls(pipeline))["POST /v1/batches/:id/cancel"]).toBe(1);
  });
});
