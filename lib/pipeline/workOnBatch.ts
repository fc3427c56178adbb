import { GOT_THROUGH, readBatch } from "../batches/batch.ts";
import { type Lease, LeaseLostError, updateBatch, withLease } from "../batches/lease.ts";
import { after } from "../clock.ts";
import type { PipelineContext } from "../context.ts";
import { codeOf, messageOf } from "../errors.ts";
import { DatabaseCopiedError } from "../installation/installation.ts";
import { ProviderError } from "../providers/contract/errors.ts";
import { callDelay } from "../retryDelay.ts";
import { step } from "../step.ts";
import { recordStop, stopCodeOf } from "../throttle/providerStop.ts";
import { PurchaseHeldError } from "../throttle/spendingStop.ts";
import { refuseBatch } from "./end/refuseBatch.ts";
import { SubmissionRefusedError } from "./submit/submitBatch.ts";

/** How the work on a batch ended: done, held (by a stop, or alone), broken off, or it did not get through. */
export type WorkResult =
  | { kind: "done" | "broken_off" }
  | { kind: "held"; isOfBatch: boolean }
  | { kind: "failed"; error: unknown };

/**
 * Does one piece of work on a batch under its lease. What goes wrong never changes the state of the batch, only when it
 * is looked at again; the exception is a submission that the provider refuses for good.
 */
export async function workOnBatch(
  ctx: PipelineContext,
  batch: WorkedOn,
  work: (lease: Lease) => Promise<void>,
): Promise<WorkResult> {
  return withLease(ctx, batch, async (lease) => {
    try {
      await work(lease);
      return { kind: "done" };
    } catch (error) {
      const isLost = error instanceof LeaseLostError || lease.signal.reason instanceof LeaseLostError;
      if (isLost) ctx.metrics?.leaseLost();
      if (isLost || error instanceof DatabaseCopiedError || lease.signal.aborted) {
        ctx.log.info({ event: "batch.broken_off", batchId: batch.id, epoch: batch.epoch, reason: messageOf(error) });
        return { kind: "broken_off" };
      }
      if (error instanceof PurchaseHeldError) return await hold(ctx, lease, batch, error);
      ctx.log.error({ event: "batch.call_failed", batchId: batch.id, openaiBatchId: batch.openaiBatchId, error });
      await recordFailure(ctx, lease, batch, error);
      return { kind: "failed", error };
    }
  });
}

interface WorkedOn {
  id: string;
  epoch: number;
  openaiBatchId: string | null;
  callFailures: number;
  failedCalls: number;
  failingSince: Date | null;
  requeueAt: Date | null;
  errorCode: string | null;
}

/** One batch that cannot even be postponed must not end the round for the others. */
async function recordFailure(ctx: PipelineContext, lease: Lease, batch: WorkedOn, error: unknown): Promise<void> {
  try {
    const stop = error instanceof ProviderError && stopCodeOf(error);
    // A key may be good for reading and not for sending: then only what is sent can show that it is mended.
    const metAt = batch.openaiBatchId === null ? "submission" : "call";
    if (stop) await recordStop(ctx, stop, messageOf(error), { at: metAt });
    if (error instanceof SubmissionRefusedError) await giveUpSubmission(ctx, lease, error);
    else await postpone(ctx, lease, batch, error);
  } catch (failure) {
    if (failure instanceof LeaseLostError) ctx.metrics?.leaseLost();
    ctx.log.error({ event: "batch.not_postponed", batchId: batch.id, epoch: batch.epoch, error: failure });
  }
}

/** It waits as it is; what has failed before counts no more, as nothing is tried any more. */
async function hold(
  ctx: PipelineContext,
  lease: Lease,
  batch: WorkedOn,
  error: PurchaseHeldError,
): Promise<WorkResult> {
  ctx.log.info({ event: "batch.held", batchId: batch.id, reason: error.message });
  try {
    const change = { ...GOT_THROUGH, notBefore: null, errorCode: null, errorMessage: null };
    if (batch.failedCalls > 0) await step(ctx, "hold", () => updateBatch(ctx.db, lease, change));
  } catch (failure) {
    ctx.log.error({ event: "batch.not_postponed", batchId: batch.id, epoch: batch.epoch, error: failure });
  }
  return { kind: "held", isOfBatch: error.isOfBatch };
}

/** Failures in a row are counted: the pause grows with those of one kind, all of them show that it is stuck. */
async function postpone(ctx: PipelineContext, lease: Lease, batch: WorkedOn, error: unknown): Promise<void> {
  const errorCode = codeOf(error) ?? "unexpected";
  const callFailures = batch.errorCode === errorCode ? batch.callFailures + 1 : 1;
  const asked = error instanceof ProviderError ? (error.retryAfterMs ?? 0) : 0;
  const wait = Math.max(asked, callDelay(ctx, callFailures, ctx.config.BATCH_POLLING_INTERVAL));
  const errorMessage = messageOf(error).slice(0, 1_000);
  const failingSince = batch.failingSince ?? ctx.clock.now();
  const failing = { callFailures, failedCalls: batch.failedCalls + 1, failingSince };
  const { requeueAt } = batch;
  const until = after(ctx.clock, wait);
  // One that was given up is looked at when its time has come, however long the provider asks to wait.
  const isDueFirst = requeueAt !== null && requeueAt > ctx.clock.now() && requeueAt < until;
  const change = { ...failing, notBefore: isDueFirst ? requeueAt : until, errorCode, errorMessage };
  await step(ctx, "postpone", () => updateBatch(ctx.db, lease, change));
}

async function giveUpSubmission(ctx: PipelineContext, lease: Lease, error: SubmissionRefusedError): Promise<void> {
  const batch = await readBatch(ctx.db, lease.batchId);
  const { code, message, fault, limit } = error;
  const refusal = { code, message, fault, limit, metAt: "submission", errors: [], hasRun: false } as const;
  await refuseBatch(ctx, lease, batch, refusal);
}
