import type { PipelineContext } from "../context.ts";
import type { ProviderBatch } from "../provider/provider.ts";
import type { Batch } from "./batch.ts";
import { collectResults } from "./collectResults.ts";
import { endBatch, releaseWaiting } from "./endBatch.ts";
import { handleFailedBatch } from "./handleFailedBatch.ts";
import { type BatchChange, type Lease, updateBatch } from "./lease.ts";
import { clearStop } from "./providerStop.ts";
import { step } from "./step.ts";

const IN_FLIGHT: Record<string, BatchChange["status"]> = {
  validating: "VALIDATING",
  in_progress: "IN_PROGRESS",
  finalizing: "FINALIZING",
  // What finished is still being written; the status says so until it is over.
  cancelling: "FINALIZING",
};

/** Asks the provider about a batch, records its status, and when it is over there, brings it to its end here. */
export async function pollBatch(
  ctx: PipelineContext,
  lease: Lease,
  batch: Batch,
  openaiBatchId: string,
): Promise<void> {
  const theirs = await step(ctx, "poll.retrieve", () => ctx.provider.retrieveBatch(openaiBatchId));
  await clearStop(ctx, ["provider_key_refused"]);
  if (theirs.status !== batch.providerStatus) {
    const { status: providerStatus, counts } = theirs;
    ctx.log.info({ event: "batch.status", batchId: batch.id, openaiBatchId, providerStatus, counts });
  }
  const news: BatchChange = {
    providerStatus: theirs.status,
    providerCounts: JSON.stringify(theirs.counts),
    callFailures: 0,
    notBefore: null,
    errorCode: null,
    errorMessage: null,
  };
  switch (theirs.status) {
    case "completed":
      await collect(ctx, lease, batch, theirs, news);
      await releaseWaiting(ctx, lease, "line_missing");
      return endBatch(ctx, lease, { status: "PROCESSED" });
    case "expired":
      await collect(ctx, lease, batch, theirs, news);
      await releaseWaiting(ctx, lease, "batch_expired");
      return endBatch(ctx, lease, { status: "FAILED", errorCode: "batch_expired" });
    case "cancelled":
      await collect(ctx, lease, batch, theirs, news);
      await releaseWaiting(ctx, lease, "batch_cancelled");
      return endBatch(ctx, lease, { status: "CANCELLED" });
    case "failed":
      await step(ctx, "failed.record", () =>
        updateBatch(ctx.db, lease, { ...news, errors: JSON.stringify(theirs.errors) }),
      );
      return handleFailedBatch(ctx, lease, batch, theirs);
    default:
      return waitOn(ctx, lease, batch, theirs, news);
  }
}

/** Records that it is done at the provider, then fetches what there is: expired and cancelled batches have results too. */
async function collect(
  ctx: PipelineContext,
  lease: Lease,
  batch: Batch,
  theirs: ProviderBatch,
  news: BatchChange,
): Promise<void> {
  const { outputFileId, errorFileId } = theirs;
  const completedAt = batch.status === "COMPLETED" ? {} : { completedAt: ctx.clock.now() };
  const change = { ...news, ...completedAt, status: "COMPLETED", outputFileId, errorFileId };
  await step(ctx, "collect.begin", () => updateBatch(ctx.db, lease, change));
  await collectResults(ctx, lease, batch, [outputFileId, errorFileId]);
}

async function waitOn(
  ctx: PipelineContext,
  lease: Lease,
  batch: Batch,
  theirs: ProviderBatch,
  news: BatchChange,
): Promise<void> {
  const status = IN_FLIGHT[theirs.status];
  if (status === undefined) {
    // Not thrown away: it stays in flight until the provider says something that we know.
    ctx.log.warn({ event: "batch.status_unknown", batchId: batch.id, providerStatus: theirs.status.slice(0, 50) });
  }
  const change = status === undefined ? news : { ...news, status };
  await step(ctx, "poll.record", () => updateBatch(ctx.db, lease, change));
}
