import type { Batch } from "../../batches/batch.ts";
import { assertLease, type Lease, updateBatch } from "../../batches/lease.ts";
import type { PipelineContext } from "../../context.ts";
import { estimateCost, NO_PRICE } from "../../costs/price.ts";
import { inTransaction } from "../../db/pool.ts";
import { FAILURES, type FailureCode } from "../../failures.ts";
import { recordFailures } from "../../requests/recordFailures.ts";
import { listWaiting, lockWaiting } from "../../requests/requestOutcomes.ts";
import { step } from "../../step.ts";
import { calibrate } from "../../throttle/tokenBudget.ts";
import { openSpool } from "../create/spool.ts";
import { writeInput } from "../create/writeInput.ts";
import { endBatch } from "../end/endBatch.ts";
import { submitBatch } from "../submit/submitBatch.ts";

/**
 * Writes the file of a batch anew, of those of its requests that still wait, and submits it. What has no line in it any more leaves the batch;
 * if nothing is left, it ends.
 */
export async function submitAnew(ctx: PipelineContext, lease: Lease, batch: Batch): Promise<void> {
  const spool = await openSpool();
  try {
    const ids = await listWaiting(ctx.db, batch.id);
    const wanted = { requestIds: ids, endpoint: batch.endpoint };
    const input = await inTransaction(ctx.db, (tx) => writeInput(ctx, tx, wanted, spool));
    const written = new Set(input.included.map(({ id }) => id));
    const codes = new Map<string, FailureCode>(input.unfit.map(({ id, code }) => [id, code]));
    const left = ids.filter((id) => !written.has(id));
    const { tokensPerByte } = await calibrate(ctx.db, batch.model);
    const estimatedTokens = Math.ceil(input.bytes * tokensPerByte);
    const estimatedCostEur = await estimateCost(ctx, ctx.db, batch.model, estimatedTokens, input.included.length);
    const change = {
      contentHash: input.contentHash,
      analysisVersions: JSON.stringify(input.analysisVersions),
      byteSize: input.bytes,
      estimatedTokens,
      estimatedCostEur,
    };
    await step(ctx, "recover.rewrite", () =>
      inTransaction(ctx.db, async (tx) => {
        await assertLease(tx, lease);
        const failures = (await lockWaiting(tx, batch.id, left)).map((request) => {
          const code = codes.get(request.id) ?? "batch_full";
          return { request, code, message: FAILURES[code].meaning, usage: null };
        });
        await recordFailures(ctx, tx, batch.id, failures, NO_PRICE);
        await updateBatch(tx, lease, change);
      }),
    );
    if (input.included.length === 0) {
      // Its sessions were erased or emptied meanwhile: there is nothing left to send.
      return await endBatch(ctx, lease, { status: "FAILED", errorCode: "batch_empty" });
    }
    await submitBatch(ctx, lease, { ...batch, contentHash: input.contentHash, spool });
  } finally {
    await spool.remove();
  }
}
