import { batchCreator } from "../../lib/batch/batchCreator.ts";
import type { PipelineContext } from "../../lib/context.ts";
import { pollUntilOver } from "./pipeline.ts";
import { asTimeGoesBy, passTime } from "./testClock.ts";

/** Longer than the creation interval and the first back-off of a pipeline that tests start. */
const PAUSE_MS = 120;

/** One round: what is due is sent, and all that runs comes to its end. */
export async function playRound(ctx: PipelineContext): Promise<{ batches: number; requests: number }> {
  await passTime(ctx, PAUSE_MS);
  const created = await asTimeGoesBy(ctx, () => batchCreator(ctx));
  await pollUntilOver(ctx);
  return created;
}

interface RequestCounts {
  pending: number;
  complete: number;
  failed: number;
  /** The attempts that they have spent in all. */
  spent: number;
}

/** How many requests stand in each status. */
export async function countRequests({ db }: Pick<PipelineContext, "db">): Promise<RequestCounts> {
  const { rows } = await db.query<RequestCounts>(
    `SELECT count(*) FILTER (WHERE "processingStatus" = 'PENDING_BATCHING')::int AS "pending",
            count(*) FILTER (WHERE "processingStatus" = 'PROCESSING_COMPLETE')::int AS "complete",
            count(*) FILTER (WHERE "processingStatus" = 'PROCESSING_FAILED')::int AS "failed",
            sum("failedAttempts")::int AS "spent" FROM "AIProcessingRequest"`,
  );
  const [counts] = rows;
  if (!counts) throw new Error("A count has one row.");
  return counts;
}
