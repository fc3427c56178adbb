import { z } from "zod";
import type { Context } from "../../context.ts";
import type { Sql } from "../../db/pool.ts";
import { readCounters } from "./counters.ts";

const count = z.number().int().nonnegative();

export const requestCounts = z.object({
  pending_batching: count,
  batching_in_progress: count,
  processing_complete: count,
  processing_failed: count,
});

/** How many requests have each status. */
export type Summary = z.output<typeof requestCounts>;

export function summary(ctx: Context): Promise<Summary> {
  return countRequests(ctx.db);
}

export async function countRequests(sql: Sql): Promise<Summary> {
  const counts = await readCounters(sql, "AIProcessingRequest");
  return {
    pending_batching: counts.get("PENDING_BATCHING") ?? 0,
    batching_in_progress: counts.get("BATCHING_IN_PROGRESS") ?? 0,
    processing_complete: counts.get("PROCESSING_COMPLETE") ?? 0,
    processing_failed: counts.get("PROCESSING_FAILED") ?? 0,
  };
}
