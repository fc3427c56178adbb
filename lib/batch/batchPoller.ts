import type { PipelineContext } from "../context.ts";
import type { Batch } from "./batch.ts";
import { acquireLease } from "./lease.ts";
import { pollBatch } from "./pollBatch.ts";
import { recoverBatch } from "./recoverBatch.ts";
import { noticeStuck } from "./stuck.ts";
import { type WorkResult, workOnBatch } from "./workOnBatch.ts";

/** So many batches at a time: their calls overlap, and each collects within its own bounded memory. */
const CONCURRENCY = 3;

/**
 * One round over all batches that are not over and in nobody's hands: those known to the provider are polled and, when
 * they are over there, collected; those whose submission was broken off are recovered. What is stuck then is logged.
 */
export async function batchPoller(ctx: PipelineContext): Promise<{ visited: number; failed: number }> {
  const visited: string[] = [];
  let failed = 0;
  const takeTurns = async () => {
    while (!ctx.stopping.aborted) {
      const batch = await acquireLease(ctx, visited);
      if (!batch) return;
      visited.push(batch.id);
      const result = await visit(ctx, batch);
      if (result.kind === "failed") failed++;
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, takeTurns));
  if (!ctx.stopping.aborted) await noticeStuck(ctx);
  return { visited: visited.length, failed };
}

function visit(ctx: PipelineContext, batch: Batch): Promise<WorkResult> {
  const { openaiBatchId } = batch;
  return workOnBatch(ctx, batch, (lease) =>
    openaiBatchId === null ? recoverBatch(ctx, lease, batch) : pollBatch(ctx, lease, batch, openaiBatchId),
  );
}
