import { RefusedError } from "../../api/errors.ts";
import { audit, type CallContext } from "../../api/operation.ts";
import { type Lease, takeLease, updateBatch, withLease } from "../../batches/lease.ts";
import { inTransaction } from "../../db/pool.ts";
import { messageOf } from "../../errors.ts";
import { hasEnded, type ProviderBatch } from "../../providers/contract/batch.ts";
import { isProviderError } from "../../providers/contract/errors.ts";
import { refuseInCopy } from "./refuseInCopy.ts";

/** A batch that the provider has. */
interface SentBatch {
  id: string;
  companyId: string;
  openaiBatchId: string;
}

/**
 * Cancels a provider batch. What that comes to is for the poller: it applies what has finished and sends the rest back.
 * @throws RefusedError `conflict` if it is over there, `database_copied`, `provider_failed`
 */
export async function cancelAtProvider(ctx: CallContext, batch: SentBatch, reason: string): Promise<void> {
  const { id, companyId, openaiBatchId } = batch;
  const theirs = await askProvider(ctx, batch, reason);
  ctx.log.info({ event: "batch.cancel_asked", batchId: id, openaiBatchId, by: ctx.actor.id });
  const target = { type: "batch", id };
  const details = { reason, openaiBatchId };
  // Whoever holds the batch now hears of it from the provider, at the next poll.
  const held = await takeLease(ctx, id);
  const news = { providerStatus: theirs.word, providerCounts: JSON.stringify(theirs.counts) };
  const record = (lease?: Lease) =>
    inTransaction(ctx.db, async (tx) => {
      await audit(ctx, tx, { action: "batches.cancel", outcome: "done", target, companyId, details });
      if (lease) await updateBatch(tx, lease, news);
    });
  await (held ? withLease(ctx, held, record) : record());
}

async function askProvider(ctx: CallContext, batch: SentBatch, reason: string): Promise<ProviderBatch> {
  const { id, companyId, openaiBatchId } = batch;
  await refuseInCopy(ctx);
  try {
    return await ctx.provider.cancelBatch(openaiBatchId);
  } catch (cause) {
    if (!isProviderError(cause)) throw cause;
    const target = { type: "batch", id };
    const details = { reason, openaiBatchId, code: cause.code };
    await audit(ctx, ctx.db, { action: "batches.cancel", outcome: "failed", target, companyId, details });
    const word = await endThere(ctx, openaiBatchId);
    if (word !== undefined) {
      const message = `The provider has already ended this batch (${word}). Its results will be collected.`;
      throw new RefusedError("conflict", message, { cause });
    }
    throw new RefusedError("provider_failed", `The provider could not cancel the batch. ${messageOf(cause)}`, {
      cause,
    });
  }
}

/**
 * What the provider calls the end of a batch that has ended otherwise: it cannot be cancelled any more, which the provider says
 * with an error like any other.
 */
async function endThere(ctx: CallContext, openaiBatchId: string): Promise<string | undefined> {
  try {
    const theirs = await ctx.provider.retrieveBatch(openaiBatchId);
    return hasEnded(theirs) && theirs.state !== "cancelled" ? theirs.word : undefined;
  } catch (error) {
    if (!isProviderError(error)) throw error;
    return undefined;
  }
}
