import type { Context } from "../context.ts";
import { AIBatchRequestStatus } from "../db/generated/enums.ts";

export type BatchCounts = Record<AIBatchRequestStatus, number>;

/** How many batches stand in each status, the empty ones included. */
export async function countBatches(ctx: Context): Promise<BatchCounts> {
  const { rows } = await ctx.db.query<{ status: AIBatchRequestStatus; count: number }>(
    `SELECT "status", count(*)::int AS "count" FROM "AIBatchRequest" GROUP BY "status"`,
  );
  const counts = Object.fromEntries(Object.values(AIBatchRequestStatus).map((status) => [status, 0])) as BatchCounts;
  for (const { status, count } of rows) counts[status] = count;
  return counts;
}
