import { OVER } from "../batch/batch.ts";
import type { Context } from "../context.ts";

/** How far the pipeline is. A request counts from the moment it is imported to the one its result is applied or failed. */
export interface Progress {
  pending: number;
  /** Pending requests of companies that get batches; the others wait for a person. */
  claimable: number;
  inBatch: number;
  complete: number;
  failed: number;
  openBatches: number;
  /** Those of them that the provider does not have yet. */
  unsentBatches: number;
  /** Lines that the provider says it has finished, in batches that are not over. */
  finishedAtProvider: number;
}

export async function readProgress(ctx: Context): Promise<Progress> {
  const { rows } = await ctx.db.query<Progress>(
    `SELECT r.*, b.*
       FROM (SELECT count(*) FILTER (WHERE "processingStatus" = 'PENDING_BATCHING')::int AS "pending",
                    count(*) FILTER (WHERE "processingStatus" = 'PENDING_BATCHING'
                                       AND c."status" IN ('ACTIVE', 'TRIAL'))::int AS "claimable",
                    count(*) FILTER (WHERE "processingStatus" = 'BATCHING_IN_PROGRESS')::int AS "inBatch",
                    count(*) FILTER (WHERE "processingStatus" = 'PROCESSING_COMPLETE')::int AS "complete",
                    count(*) FILTER (WHERE "processingStatus" = 'PROCESSING_FAILED')::int AS "failed"
               FROM "AIProcessingRequest" q JOIN "Company" c ON c."id" = q."companyId") r,
            (SELECT count(*)::int AS "openBatches",
                    count(*) FILTER (WHERE "openaiBatchId" IS NULL)::int AS "unsentBatches",
                    COALESCE(sum(("providerCounts"->>'completed')::int + ("providerCounts"->>'failed')::int), 0)::int
                      AS "finishedAtProvider"
               FROM "AIBatchRequest" WHERE "status" NOT IN ${OVER}) b`,
  );
  const [progress] = rows;
  if (!progress) throw new RangeError("An aggregate gives one row.");
  return progress;
}

/** Nothing to claim and nothing in flight: what is left to do needs a person, or a new import. */
export function isIdle(progress: Progress): boolean {
  return progress.claimable === 0 && progress.inBatch === 0 && progress.openBatches === 0;
}
