import type { Context } from "../context.ts";
import type { AIRequestStatus } from "../db/generated/enums.ts";

/** How many requests stand in each status. */
export type Summary = Record<Lowercase<AIRequestStatus>, number>;

export async function summary(ctx: Context): Promise<Summary> {
  const { rows } = await ctx.db.query<{ status: Lowercase<AIRequestStatus>; count: number }>(
    `SELECT lower("processingStatus"::text) AS "status", count(*)::int AS "count"
       FROM "AIProcessingRequest" GROUP BY "processingStatus"`,
  );
  const counts: Summary = {
    pending_batching: 0,
    batching_in_progress: 0,
    processing_complete: 0,
    processing_failed: 0,
  };
  for (const { status, count } of rows) counts[status] = count;
  return counts;
}
