import type { PipelineContext } from "../context.ts";
import { OVER } from "./batch.ts";
import type { Group } from "./claimBatch.ts";
import type { ProviderStop } from "./providerStop.ts";

/** Whether a batch is under way that will show if the stop can be lifted; where none is, the next one has to. */
export async function isBeingTried(ctx: PipelineContext, stop: ProviderStop): Promise<boolean> {
  const { rowCount } = await ctx.db.query(
    `SELECT 1 FROM "AIBatchRequest"
      WHERE "status" NOT IN ${OVER} AND ("openaiBatchId" IS NULL OR "submittedAt" >= $1) LIMIT 1`,
    [stop.seenAt],
  );
  return (rowCount ?? 0) > 0;
}

/**
 * The groups with a submission that waits out a failure. One may be at fault itself; with several, the provider is, and
 * claiming more would only pile up batches that cannot be sent.
 */
export async function findGroupsThatWait(ctx: PipelineContext): Promise<Group[]> {
  const { rows } = await ctx.db.query<Group>(
    `SELECT DISTINCT "companyId", "model" FROM "AIBatchRequest"
      WHERE "status" NOT IN ${OVER} AND "openaiBatchId" IS NULL AND "callFailures" > 0 AND "notBefore" > $1`,
    [ctx.clock.now()],
  );
  return rows;
}
