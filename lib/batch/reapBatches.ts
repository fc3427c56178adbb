import type { PipelineContext } from "../context.ts";
import { isLive, type ProviderBatch } from "../provider/provider.ts";
import { reapOne } from "./reapOne.ts";
import { step } from "./step.ts";

/** A batch lives for a day at the provider; twice that is looked at. */
const LOOK_BACK_MS = 2 * 86_400_000;
const PAGE = 500;

/**
 * Cancels live provider batches that carry the id of a batch of ours which has another one recorded, or is over. A
 * batch of which none is recorded yet is left to recovery, which adopts it.
 */
export async function reapBatches(ctx: PipelineContext): Promise<number> {
  const live = await step(ctx, "reap.list_batches", () => listLive(ctx));
  let cancelled = 0;
  for (let start = 0; start < live.length; start += PAGE) {
    for (const { providerId, batchId } of await findSurplus(ctx, live.slice(start, start + PAGE))) {
      if (ctx.stopping.aborted) return cancelled;
      const done = await reapOne(ctx, { kind: "batch", providerId, batchId }, () =>
        step(ctx, "reap.cancel", () => ctx.provider.cancelBatch(providerId)),
      );
      if (done) cancelled++;
    }
  }
  return cancelled;
}

async function listLive(ctx: PipelineContext): Promise<ProviderBatch[]> {
  const live: ProviderBatch[] = [];
  for await (const theirs of ctx.provider.listBatches(new Date(ctx.clock.now().getTime() - LOOK_BACK_MS))) {
    if (theirs.metadata.batch_id && isLive(theirs)) live.push(theirs);
  }
  return live;
}

async function findSurplus(ctx: PipelineContext, live: ProviderBatch[]) {
  const { rows } = await ctx.db.query<{ providerId: string; batchId: string }>(
    `SELECT theirs."providerId", b."id" AS "batchId"
       FROM unnest($1::text[], $2::text[]) AS theirs("providerId", "batchId")
       JOIN "AIBatchRequest" b ON b."id" = theirs."batchId"
      WHERE b."openaiBatchId" <> theirs."providerId" OR b."processedAt" IS NOT NULL`,
    [live.map((theirs) => theirs.id), live.map((theirs) => theirs.metadata.batch_id ?? "")],
  );
  return rows;
}
