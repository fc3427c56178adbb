import type { Batch } from "../../batches/batch.ts";
import type { Lease } from "../../batches/lease.ts";
import type { PipelineContext } from "../../context.ts";
import { inTransaction } from "../../db/pool.ts";
import type { ProviderBatchError } from "../../providers/contract/batch.ts";
import type { Fault, RefusedLimit } from "../../providers/contract/fault.ts";
import { step } from "../../step.ts";
import { learnFileSize } from "../../throttle/fileSize.ts";
import { hasAnsweredSince, recordModelRefusal } from "../../throttle/modelStop.ts";
import { recordStop } from "../../throttle/providerStop.ts";
import { learnLimit } from "../../throttle/tokenBudget.ts";
import { endBatch, releaseWaiting } from "./endBatch.ts";
import { failNamedLines } from "./failNamedLines.ts";

/** Fewer lines that were all found at fault in the same words may be so by chance. */
export const ALIKE_LINES = 5;

/** How the provider refused a batch as a whole. */
export interface BatchRefusal {
  fault: Fault;
  /** Which limit that speaks of, if it does. */
  limit: RefusedLimit | null;
  /** The provider's own code, and its words. */
  code: string;
  message: string;
  metAt: "submission" | "validation";
  /** All that it said, of single lines too. */
  errors: readonly ProviderBatchError[];
  /** Whether lines of it have their outcome already. */
  hasRun: boolean;
}

/**
 * Ends a batch that was refused: stops what is at fault, the account or the model, or learns what it takes to get through, and
 * sends the requests back. What is no fault of theirs costs them no attempt.
 */
export async function refuseBatch(
  ctx: PipelineContext,
  lease: Lease,
  batch: Batch,
  refusal: BatchRefusal,
): Promise<void> {
  const { fault, limit, message } = refusal;
  const met = { sentAt: batch.submittedAt };
  switch (fault) {
    case "credit":
      await recordStop(ctx, "batch_quota_exhausted", `The account has no credit left: ${message}`, met);
      await releaseWaiting(ctx, lease, "batch_quota_exhausted", message);
      break;
    case "access":
      await recordStop(
        ctx,
        "batch_access_refused",
        `The provider rejected the key or its permissions: ${message}`,
        met,
      );
      await releaseWaiting(ctx, lease, "batch_access_refused", message);
      break;
    case "storage":
      await recordStop(ctx, "batch_storage_full", `The provider has no room for more files: ${message}`, met);
      await releaseWaiting(ctx, lease, "batch_storage_full", message);
      break;
    case "tokens":
      await step(ctx, "failed.learn", () =>
        inTransaction(ctx.db, (tx) => learnLimit(ctx, tx, batch, limit?.most ?? null)),
      );
      await releaseWaiting(ctx, lease, "batch_over_budget", message);
      break;
    case "model":
      await refuseModel(ctx, batch, refusal, true);
      await releaseWaiting(ctx, lease, "batch_model_refused", message);
      break;
    case "size":
      await refuseSize(ctx, lease, batch, refusal);
      break;
    case "busy":
    case "file_not_seen":
      if (refusal.hasRun) await releaseWaiting(ctx, lease, "batch_failed", message, batch.requestCount);
      else await refuseModel(ctx, batch, refusal, false);
      await releaseWaiting(ctx, lease, "batch_refused", message);
      break;
    default:
      await refuseLines(ctx, lease, batch, refusal);
  }
  await endBatch(ctx, lease, { status: "FAILED", errorCode: refusal.code, errorMessage: message });
}

/** A request that is too large by itself can never go; others go in smaller files. */
async function refuseSize(ctx: PipelineContext, lease: Lease, batch: Batch, refusal: BatchRefusal): Promise<void> {
  const { limit, message } = refusal;
  if (batch.requestCount === 1) return releaseWaiting(ctx, lease, "line_too_large", message);
  await learnFileSize(ctx, batch.id, limit?.of === "lines" ? "lines" : "bytes", message);
  await releaseWaiting(ctx, lease, "batch_too_large", message);
}

/**
 * Some line is at fault, named or not, or the provider's words do not tell. The file is halved each time, so that for n
 * requests no more than n log n lines are sent, whatever is named; what is refused again and again is not about lines.
 */
async function refuseLines(ctx: PipelineContext, lease: Lease, batch: Batch, refusal: BatchRefusal): Promise<void> {
  const { message, errors, hasRun } = refusal;
  const named = errors.filter(({ line }) => line !== null);
  const isAlone = batch.requestCount === 1;
  const isStopped = !hasRun && (await refuseModel(ctx, batch, refusal, areAllAlike(named, batch.requestCount)));
  const isOwnFault = isAlone && (!isStopped || (await hasAnsweredSince(ctx.db, batch)));
  if (isStopped && !isOwnFault) return releaseWaiting(ctx, lease, "batch_model_refused", message, batch.requestCount);
  if (named.length > 0) await failNamedLines(ctx, lease, batch, named);
  if (isOwnFault) return releaseWaiting(ctx, lease, "refused_alone", message);
  const code = hasRun ? "batch_failed" : "batch_refused";
  await releaseWaiting(ctx, lease, code, message, batch.requestCount);
}

function areAllAlike(named: readonly ProviderBatchError[], lines: number): boolean {
  const [first] = named;
  const isEach = new Set(named.map(({ line }) => line)).size === lines;
  return lines >= ALIKE_LINES && isEach && named.every(({ code }) => code === first?.code);
}

/** Answers whether the model is stopped. */
function refuseModel(
  ctx: PipelineContext,
  batch: Batch,
  { metAt, message }: BatchRefusal,
  isCertain: boolean,
): Promise<boolean> {
  const where = metAt === "submission" ? "provider_model_refused" : "batch_model_refused";
  const code = isCertain ? where : "refused_again";
  return recordModelRefusal(ctx, batch, { code, message, metAt, isCertain });
}
