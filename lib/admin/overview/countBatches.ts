import { z } from "zod";
import { AIBatchRequestStatus } from "../../db/enums.ts";
import type { Sql } from "../../db/pool.ts";
import { readCounters } from "./counters.ts";

const STATUSES = Object.values(AIBatchRequestStatus);
const count = z.number().int().nonnegative();

export type BatchCounts = Record<AIBatchRequestStatus, number>;

/** How many batches stand in each status, the empty ones included. */
export async function countBatches(sql: Sql): Promise<BatchCounts> {
  const counts = await readCounters(sql, "AIBatchRequest");
  return Object.fromEntries(STATUSES.map((status) => [status, counts.get(status) ?? 0])) as BatchCounts;
}

type Answered<T> = Record<Lowercase<AIBatchRequestStatus>, T>;

/** The same as the API answers it. */
export const batchCounts = z.object(inLowerCase(Object.fromEntries(STATUSES.map((status) => [status, count]))));

export function inLowerCase<T>(byStatus: Record<string, T>): Answered<T> {
  const entries = Object.entries(byStatus).map(([status, value]) => [status.toLowerCase(), value]);
  return Object.fromEntries(entries) as Answered<T>;
}
