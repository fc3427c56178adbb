import { takeLease, withLease } from "../../batches/lease.ts";
import type { PipelineContext } from "../../context.ts";
import type { Transaction } from "../../db/pool.ts";
import { endBatch, releaseWaiting } from "./endBatch.ts";

/** What came of it; `in_hands`: a worker is at it; `perhaps_sent`: only recovery can say whether the provider has it. */
export type CancelUnsent = "cancelled" | "in_hands" | "perhaps_sent";

/**
 * Ends a batch that was never sent, and sends its requests back. With no file recorded nothing can have been created
 * from it, and under the raised epoch nothing will be; with one recorded, it may have been.
 * @param also what else belongs to the end, in its transaction
 */
export async function cancelUnsent(
  ctx: PipelineContext,
  batchId: string,
  also: (tx: Transaction) => Promise<void>,
): Promise<CancelUnsent> {
  const batch = await takeLease(ctx, batchId);
  if (!batch) return "in_hands";
  return withLease(ctx, batch, async (lease) => {
    if (batch.inputFileId !== null || batch.openaiBatchId !== null) return "perhaps_sent";
    await releaseWaiting(ctx, lease, "batch_cancelled");
    await endBatch(ctx, lease, { status: "CANCELLED" }, also);
    return "cancelled";
  });
}
