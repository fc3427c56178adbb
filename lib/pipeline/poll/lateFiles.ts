import type { Batch } from "../../batches/batch.ts";
import type { PipelineContext } from "../../context.ts";
import type { ProviderBatch } from "../../providers/contract/batch.ts";
import { listWaiting } from "../../requests/requestOutcomes.ts";

const ROUNDS_FOR_LATE_FILES = 3;

/** What the provider said of a batch, and when it was asked: whoever stood still since then knows nothing newer. */
export interface Reply {
  theirs: ProviderBatch;
  askedAt: Date;
}

/**
 * The files of a batch may be named a moment after its end. While its counts claim more lines than came, or claim nothing
 * at all, it is asked again for some rounds, before its lines are taken for lost and bought again.
 * @param came how many of its requests have a line in the files that there are
 */
export async function isMoreToCome(ctx: PipelineContext, batch: Batch, reply: Reply, came: number): Promise<boolean> {
  const { state, counts } = reply.theirs;
  const waiting = (await listWaiting(ctx.db, batch.id)).length;
  const claimed = counts.completed + counts.failed;
  // Completed without any line is a contradiction; expired, or cancelled, it is none.
  const isStated = claimed > 0 || (counts.total > 0 && state !== "completed");
  if (waiting === 0 || (isStated && claimed <= came)) return false;
  if (waitedFor(batch, reply) >= ctx.config.BATCH_POLLING_INTERVAL * ROUNDS_FOR_LATE_FILES) return false;
  ctx.log.info({ event: "batch.results_awaited", batchId: batch.id, claimed, waiting });
  return true;
}

/** How long it had been over when the provider was asked, in ms. What an earlier submission came to is no beginning. */
function waitedFor({ status, completedAt }: Batch, { askedAt }: Reply): number {
  return status === "COMPLETED" && completedAt !== null ? askedAt.getTime() - completedAt.getTime() : 0;
}
