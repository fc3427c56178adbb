import { afterEach, describe, expect, it } from "vitest";
import { openAccounts } from "../../lib/accounts/openAccounts.ts";
import { openStored } from "../../lib/accounts/openStored.ts";
import { cancelBatch } from "../../lib/admin/batches/cancelBatch.ts";
import { callOperation } from "../../lib/api/operation.ts";
import { batchCreator } from "../../lib/pipeline/batchCreator.ts";
import { callerOf } from "../support/caller.ts";
import { setFaults } from "../support/emulatorControl.ts";
import { expectInvariants, readLedger } from "../support/invariants.ts";
import {
  addSessions,
  pollUntil,
  runUntilIdle,
  startPipelineInOwnTime,
  type TestPipeline,
} from "../support/pipeline.ts";
import { refusal } from "../support/refusal.ts";
import { passTime } from "../support/testClock.ts";

let pipeline: TestPipeline;
afterEach(async () => pipeline.close());

const sql = async (text: string) => (await pipeline.ctx.db.query(text)).rows;
const onlyBatch = async () => (await sql(`SELECT * FROM "AIBatchRequest"`))[0];
const audited = () => sql(`SELECT "action", "outcome", "targetId", "details" FROM "SecurityAuditLog"`);
const statuses = () =>
  sql(
    `SELECT "processingStatus" AS "status", count(*)::int AS "count" FROM "AIProcessingRequest" GROUP BY 1 ORDER BY 1`,
  );

const cancel = (id: string, role: "ADMIN" | "SUPPORT" = "ADMIN", reason = "the wrong model") =>
  callOperation(callerOf(pipeline.ctx, role), cancelBatch, { id, reason });

/** While the application may not read a table: as where somebody has taken a right from it. */
async function withoutReading(table: string, work: () => Promise<unknown>): Promise<void> {
  const { owner } = pipeline.database;
  await owner.query(`REVOKE SELECT ON "${table}" FROM livedash_app`);
  try {
    await work();
  } finally {
    await owner.query(`GRANT SELECT ON "${table}" TO livedash_app`);
  }
}

/** A batch of 20 requests that was sent, or tried to be, under these faults. */
async function startBatch(...faults: string[]): Promise<string> {
  pipeline = await startPipelineInOwnTime({ emulator: { faults } });
  await addSessions(pipeline.ctx, 20);
  await batchCreator(pipeline.ctx);
  return (await onlyBatch()).id;
}

async function untilBatch(isDone: (batch: { status: string; providerCounts: { completed: number } }) => boolean) {
  await pollUntil(pipeline.ctx, async () => isDone(await onlyBatch()));
  return onlyBatch();
}

describe("cancelling a batch that runs", () => {
  it("is only said by a dry run, to the provider and the audit log too", async () => {
    const id = await startBatch("stuck_in_progress:share=0.5");
    const dry = () =>
      callOperation(callerOf(pipeline.ctx, "ADMIN"), cancelBatch, { id, reason: "only looking", dryRun: true });
    expect(await dry()).toMatchObject({ changed: false, wouldChange: true, batch: { status: "validating" } });
    expect(await audited()).toEqual([]);
    expect((await onlyBatch()).providerStatus).not.toBe("cancelling");
    await cancel(id);
    expect(await dry()).toMatchObject({ changed: false, wouldChange: false });
  });

  it("keeps what has finished, sends the rest back, and pays for nothing twice", async () => {
    const id = await startBatch("stuck_in_progress:share=0.5");
    await untilBatch(({ providerCounts }) => providerCounts?.completed > 0);
    const answer = await cancel(id);
    expect(answer).toMatchObject({ changed: true, batch: { id, providerStatus: "cancelling", requestCount: 20 } });

    const over = await untilBatch(({ status }) => status === "CANCELLED");
    const { appliedCount, requeuedCount } = over;
    expect(appliedCount).toBeGreaterThan(0);
    expect(appliedCount + requeuedCount).toBe(20);
    expect(await statuses()).toEqual([
      { status: "PENDING_BATCHING", count: requeuedCount },
      { status: "PROCESSING_COMPLETE", count: appliedCount },
    ]);
    expect(await sql(`SELECT DISTINCT "code" FROM "AIRequestAttempt" WHERE "outcome" = 'REQUEUED'`)).toEqual([
      { code: "batch_cancelled" },
    ]);
    expect(await audited()).toEqual([
      {
        action: "batches.cancel",
        outcome: "done",
        targetId: id,
        details: { reason: "the wrong model", openaiBatchId: over.openaiBatchId },
      },
    ]);
    await setFaults(pipeline.emulator, []);
    await runUntilIdle(pipeline.ctx);
    expect(await statuses()).toEqual([{ status: "PROCESSING_COMPLETE", count: 20 }]);
    expect(await expectInvariants(pipeline)).toMatchObject({ linesExecuted: 20 });
  });

  it("can be asked for again and again", async () => {
    const id = await startBatch("stuck_in_progress:share=0");
    const answers = await Promise.all([cancel(id), cancel(id), cancel(id)]);
    expect(answers.some(({ changed }) => changed)).toBe(true);
    const before = await audited();
    expect(await cancel(id)).toMatchObject({ changed: false });
    await untilBatch(({ status }) => status === "CANCELLED");
    expect(await cancel(id)).toMatchObject({ changed: false, batch: { status: "cancelled", requeued: 20 } });
    expect(await audited()).toEqual(before);
    await expectInvariants(pipeline);
  });

  it("changes nothing when the provider does not do it, and says so", async () => {
    const id = await startBatch("stuck_in_progress:share=0", "http_error:status=500,path=/v1/batches/*/cancel");
    const before = await onlyBatch();
    await expect(cancel(id)).rejects.toMatchObject({ code: "provider_failed", status: 502 });
    expect(await onlyBatch()).toEqual(before);
    expect(await audited()).toMatchObject([{ outcome: "failed", details: { code: "provider_unreachable" } }]);
    await setFaults(pipeline.emulator, []);
    await cancel(id);
    await untilBatch(({ status }) => status === "CANCELLED");
    await expectInvariants(pipeline);
  });

  it("is said to have failed where the provider does not say what became of the batch either", async () => {
    const id = await startBatch("stuck_in_progress:share=0", "http_error:status=400,path=/v1/batches/*");
    const before = await onlyBatch();
    const failed = refusal("provider_failed", "The provider could not cancel the batch.");
    await expect(cancel(id)).rejects.toEqual(failed);
    expect(await onlyBatch()).toEqual(before);
    expect(await audited()).toMatchObject([{ outcome: "failed", details: { code: "provider_refused" } }]);
  });

  it("says of an error that is not the provider's that it is none of its, and records nothing as refused by it", async () => {
    const id = await startBatch("stuck_in_progress:share=0", "cancel_refused");
    const before = await onlyBatch();
    const broken = async () => {
      throw new TypeError("not a word of it");
    };
    for (const call of ["cancelBatch", "retrieveBatch"]) {
      const provider = { ...pipeline.ctx.provider, [call]: broken };
      const ctx = callerOf({ ...pipeline.ctx, provider }, "ADMIN");
      const cancelled = callOperation(ctx, cancelBatch, { id, reason: "the wrong model" });
      await expect(cancelled).rejects.toThrow("not a word of it");
      // Only what the provider has refused is recorded as failed.
      expect(await audited()).toHaveLength(call === "cancelBatch" ? 0 : 1);
    }
    expect(await onlyBatch()).toEqual(before);
  });

  it("is refused once it has ended there as far as is known here, and the provider is not asked", async () => {
    pipeline = await startPipelineInOwnTime();
    await pipeline.database.rows.batch({ id: "b1", provider: "openai", status: "COMPLETED" });
    await expect(cancel("b1")).rejects.toEqual(
      refusal("conflict", "The provider has finished this batch. Its results are being collected."),
    );
    expect(await audited()).toEqual([]);
    expect(await readLedger(pipeline)).toMatchObject({ calls: {} });
  });

  it("is refused when it has ended there, and its results are collected as ever", async () => {
    const id = await startBatch();
    await passTime(pipeline.ctx, 1_000);
    await expect(cancel(id)).rejects.toMatchObject({ code: "conflict", message: expect.stringMatching(/completed/) });
    await runUntilIdle(pipeline.ctx);
    await expect(cancel(id)).rejects.toMatchObject({ code: "conflict", message: expect.stringMatching(/processed/) });
    expect(await statuses()).toEqual([{ status: "PROCESSING_COMPLETE", count: 20 }]);
    await expectInvariants(pipeline);
  });
});

describe("cancelling a batch that was not sent", () => {
  it("ends it at once while the provider takes no files, and its requests go into another one later", async () => {
    const id = await startBatch("http_error:status=503,path=/v1/files");
    expect(await onlyBatch()).toMatchObject({ status: "UPLOADING", inputFileId: null });
    expect(await cancel(id)).toMatchObject({ changed: true, batch: { status: "cancelled", requeued: 20 } });
    expect(await statuses()).toEqual([{ status: "PENDING_BATCHING", count: 20 }]);
    expect(await audited()).toMatchObject([{ action: "batches.cancel", outcome: "done", targetId: id }]);
    expect(await cancel(id)).toMatchObject({ changed: false });
    await setFaults(pipeline.emulator, []);
    await runUntilIdle(pipeline.ctx);
    expect(await statuses()).toEqual([{ status: "PROCESSING_COMPLETE", count: 20 }]);
    expect(await expectInvariants(pipeline)).toMatchObject({ linesExecuted: 20 });
  });

  it("is refused in a copy: the original may have sent it since", async () => {
    const id = await startBatch("http_error:status=503,path=/v1/files");
    await sql(`UPDATE "Installation" SET "copiedSince" = now(), "copiedSign" = 'batch', "copiedDetail" = 'batch_1'`);
    const before = await onlyBatch();
    await expect(cancel(id)).rejects.toMatchObject({ code: "database_copied" });
    expect(await onlyBatch()).toEqual(before);
    expect(await audited()).toEqual([]);
  });

  it("is refused while it is in a worker's hands", async () => {
    const id = await startBatch("http_error:status=503,path=/v1/files");
    await sql(`UPDATE "AIBatchRequest" SET "leaseOwner" = 'other', "leaseExpiresAt" = now() + interval '1 minute'`);
    const before = await onlyBatch();
    await expect(cancel(id)).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringMatching(/being submitted/),
    });
    expect(await onlyBatch()).toEqual(before);
    expect(await statuses()).toEqual([{ status: "BATCHING_IN_PROGRESS", count: 20 }]);
    expect(await audited()).toEqual([]);
  });

  it("is refused while the provider may have it, which then goes on", async () => {
    const id = await startBatch("lost_reply_create:once");
    expect(await onlyBatch()).toMatchObject({ openaiBatchId: null, inputFileId: expect.any(String) });
    await expect(cancel(id)).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringMatching(/already has this batch/),
    });
    await runUntilIdle(pipeline.ctx);
    expect(await statuses()).toEqual([{ status: "PROCESSING_COMPLETE", count: 20 }]);
    expect(await expectInvariants(pipeline)).toMatchObject({ linesExecuted: 20 });
  });
});

describe("cancelling a batch of another account", () => {
  it("is refused where that account is not configured, and changes nothing", async () => {
    pipeline = await startPipelineInOwnTime();
    await pipeline.database.rows.batch({ id: "b1", provider: "azure", status: "IN_PROGRESS" });
    const before = await onlyBatch();
    await expect(cancel("b1")).rejects.toEqual(refusal("conflict", 'The account "azure" cannot be used here.'));
    expect(await onlyBatch()).toEqual(before);
    expect(await audited()).toEqual([]);
  });

  it("fails, and is no conflict, where the accounts cannot be read", async () => {
    pipeline = await startPipelineInOwnTime();
    const { ctx } = pipeline;
    await pipeline.database.rows.batch({ id: "b1", provider: "azure", status: "IN_PROGRESS" });
    const accounts = openAccounts(ctx, { provider: ctx.provider, open: openStored(ctx.config, () => {}) });
    const admin = callerOf({ ...ctx, accounts }, "ADMIN");
    await withoutReading("ProviderAccount", async () => {
      const cancelled = callOperation(admin, cancelBatch, { id: "b1", reason: "the wrong model" });
      await expect(cancelled).rejects.toMatchObject({ code: "42501" });
    });
    expect(await onlyBatch()).toMatchObject({ status: "IN_PROGRESS" });
  });
});

describe("cancelling", () => {
  it("fails where it cannot be told whether this is a copy, and the provider hears nothing of it", async () => {
    const id = await startBatch("stuck_in_progress:share=0");
    await withoutReading("Installation", () => expect(cancel(id)).rejects.toMatchObject({ code: "42501" }));
    const { calls } = (await readLedger(pipeline)) as unknown as { calls: Record<string, number> };
    expect(Object.keys(calls).filter((name) => name.endsWith("/cancel"))).toEqual([]);
    expect(await audited()).toEqual([]);
  });

  it("takes a batch that exists, a reason, and somebody who may", async () => {
    const id = await startBatch("stuck_in_progress:share=0");
    await expect(cancel("nothing")).rejects.toMatchObject({ code: "not_found" });
    await expect(cancel(id, "ADMIN", " ")).rejects.toMatchObject({ code: "invalid_input" });
    await expect(cancel(id, "SUPPORT")).rejects.toMatchObject({ code: "forbidden" });
    expect((await onlyBatch()).providerStatus).not.toBe("cancelling");
  });
});
