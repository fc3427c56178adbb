import { after } from "../clock.ts";
import type { Context } from "../context.ts";
import type { Sql } from "../db/pool.ts";
import { arrayOf, bigint, int, known, nullable, type RowOf, statement, text, timestamp } from "../db/statement.ts";
import { FAILURES, type FailureCode } from "../failures.ts";
import { retryDelay } from "../retryDelay.ts";

/** A request that is in a batch, as far as its outcome depends on it. */
export type RequestInBatch = RowOf<typeof LOCK_WAITING>;

export interface FailedRequest {
  request: RequestInBatch;
  code: FailureCode;
  message: string;
}

/** What becomes of a request whose attempt did not succeed. */
export interface Verdict {
  outcome: "FAILED" | "REQUEUED";
  failedAttempts: number;
  notBefore: Date | null;
}

/**
 * Decides whether a failed request goes back: if its code is retryable and it has attempts left. What is no fault of
 * the request costs no attempt.
 */
export function judge(ctx: Context, request: Pick<RequestInBatch, "failedAttempts">, code: FailureCode): Verdict {
  const { retryable, counts, waits } = FAILURES[code];
  const failedAttempts = request.failedAttempts + (counts ? 1 : 0);
  if (!retryable || (counts && failedAttempts >= ctx.config.BATCH_MAX_ATTEMPTS)) {
    return { outcome: "FAILED", failedAttempts, notBefore: null };
  }
  const wait = retryDelay(failedAttempts, ctx.config.BATCH_CREATION_INTERVAL);
  return { outcome: "REQUEUED", failedAttempts, notBefore: waits ? after(ctx.clock, wait) : null };
}

/**
 * Locks and reads those of these requests that are still waiting for their result in this batch. They are looked up one
 * by one by their ids, in one order for all workers: an index on the status or the batch would be chosen on the word of
 * statistics that are older than the batch, and read all of it for each chunk.
 */
export async function lockWaiting(sql: Sql, batchId: string, ids: readonly string[]): Promise<RequestInBatch[]> {
  return await LOCK_WAITING.rows(sql, { ids, batchId });
}

const LOCK_WAITING = statement({
  sql: `SELECT r."id", r."companyId", r."sessionId", r."processingType", r."model", r."attempt", r."failedAttempts",
            r."requestedAt", r."maxOutputTokens", COALESCE(r."questionIds", '{}') AS "questionIds"
       FROM (SELECT DISTINCT unnest($1::text[]) AS "id" ORDER BY 1) wanted
      CROSS JOIN LATERAL (
        SELECT * FROM "AIProcessingRequest" WHERE "id" = wanted."id" LIMIT 1 FOR NO KEY UPDATE) r
      WHERE r."batchId" = $2 AND r."processingStatus" = 'BATCHING_IN_PROGRESS'`,
  params: { ids: arrayOf(text), batchId: text },
  row: {
    id: text,
    companyId: text,
    /** Null once its session was erased: whatever comes for it is dropped. */
    sessionId: nullable(text),
    processingType: text,
    model: text,
    attempt: int,
    failedAttempts: int,
    requestedAt: timestamp,
    maxOutputTokens: nullable(int),
    questionIds: known(arrayOf(text)),
  },
});

/** The ids of requests that still wait for their result in this batch, in the order of the lines of its input file. */
export async function listWaiting(sql: Sql, batchId: string, limit: number | null = null): Promise<string[]> {
  return (await LIST_WAITING.rows(sql, { batchId, limit })).map(({ id }) => id);
}

const LIST_WAITING = statement({
  sql: `SELECT "id" FROM "AIProcessingRequest"
      WHERE "batchId" = $1 AND "processingStatus" = 'BATCHING_IN_PROGRESS' ORDER BY "requestedAt", "id" LIMIT $2`,
  params: { batchId: text, limit: nullable(bigint) },
  row: { id: text },
});
