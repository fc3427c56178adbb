import { OVER } from "../batches/states.ts";
import type { Sql } from "../db/pool.ts";
import { arrayOf, int, known, nullable, type RowOf, statement, text, timestamp } from "../db/statement.ts";

/** The ids that went back, in their order, and how many there are of the ids given. */
export type Requeued = RowOf<typeof REQUEUE_FAILED>;

/** Who sends requests back, and when; `bulkId` where a bulk requeue does it for them. */
export interface Requeuer {
  by: string;
  at: Date;
  bulkId?: string;
}

/**
 * Sends failed requests back to be batched, with all their attempts before them again; the rows in AIRequestAttempt keep
 * what was, and who sent them back is noted. Ids may come twice. Who asks for the same ids at the same time waits here, and finds nothing left to do.
 * @param failedUntil leaves alone what failed later
 */
export async function requeueFailed(
  sql: Sql,
  ids: readonly string[],
  { by, at, bulkId }: Requeuer,
  failedUntil: Date | null = null,
): Promise<Requeued> {
  const given = { ids, failedUntil, at, by, bulkId: bulkId ?? null };
  return (await REQUEUE_FAILED.first(sql, given)) ?? { requeued: [], found: 0 };
}

const REQUEUE_FAILED = statement({
  sql: `WITH locked AS (
          SELECT "id" FROM "AIProcessingRequest"
           WHERE "id" = ANY($1) AND "processingStatus" = 'PROCESSING_FAILED' AND ("completedAt" > $2) IS NOT TRUE
             AND "sessionId" IS NOT NULL
           ORDER BY "id" FOR NO KEY UPDATE
        ), moved AS (
          UPDATE "AIProcessingRequest" r
             SET "processingStatus" = 'PENDING_BATCHING', "batchId" = NULL, "failedAttempts" = 0, "notBefore" = NULL,
                 "success" = false, "errorCode" = NULL, "errorMessage" = NULL, "completedAt" = NULL
            FROM locked WHERE r."id" = locked."id" RETURNING r."id"
        ), noted AS (
          INSERT INTO "RequestRequeue" ("requestId", "at", "by", "bulkId") SELECT "id", $3, $4, $5 FROM moved
        )
        SELECT COALESCE((SELECT array_agg("id" ORDER BY "id") FROM moved), '{}') AS "requeued",
               (SELECT count(*)::int FROM "AIProcessingRequest" WHERE "id" = ANY($1)) AS "found"`,
  params: { ids: arrayOf(text), failedUntil: nullable(timestamp), at: timestamp, by: text, bulkId: nullable(text) },
  row: { requeued: known(arrayOf(text)), found: known(int) },
});

/** So many lose their pause in one call. */
export const MOST_WOKEN = 50_000;

/**
 * Ends the pauses of requests that wait after a failure, of this one where a code is given. What another transaction has
 * locked is passed over. Answers how many.
 */
export async function wakeRequests(sql: Sql, now: Date, errorCode: string | null): Promise<number> {
  return await WAKE.run(sql, { now, errorCode });
}

const WAKE = statement({
  sql: `WITH waiting AS (
          SELECT "id" FROM "AIProcessingRequest"
           WHERE "processingStatus" = 'PENDING_BATCHING' AND "notBefore" > $1 AND ($2::text IS NULL OR "errorCode" = $2)
           ORDER BY "notBefore" LIMIT ${MOST_WOKEN} FOR NO KEY UPDATE SKIP LOCKED)
        UPDATE "AIProcessingRequest" r SET "notBefore" = NULL FROM waiting WHERE r."id" = waiting."id"`,
  params: { now: timestamp, errorCode: nullable(text) },
});

/**
 * The doctor's: requests in progress whose batch is over go back, or fail where their session was erased. Their lines were not
 * accounted for when it ended, so no answer of theirs was ever applied.
 */
export const REQUEUE_STRANDED = statement({
  sql: `WITH stranded AS (
          SELECT r."id", r."attempt", r."batchId", r."sessionId" IS NULL AS "isErased" FROM "AIProcessingRequest" r JOIN "AIBatchRequest" b ON b."id" = r."batchId"
           WHERE r."processingStatus" = 'BATCHING_IN_PROGRESS' AND b."status" IN ${OVER}
             AND NOT EXISTS (SELECT 1 FROM "AIRequestAttempt" a WHERE a."requestId" = r."id" AND a."attempt" = r."attempt")
           FOR UPDATE OF r
        ), noted AS (
          INSERT INTO "AIRequestAttempt" ("requestId", "attempt", "batchId", "outcome", "code", "message")
          SELECT "id", "attempt", "batchId",
                 CASE WHEN "isErased" THEN 'FAILED'::"AIAttemptOutcome" ELSE 'REQUEUED' END,
                 CASE WHEN "isErased" THEN 'session_erased' ELSE 'line_missing' END,
                 CASE WHEN "isErased" THEN 'Failed by the doctor.' ELSE 'Requeued by the doctor.' END
            FROM stranded
        )
        UPDATE "AIProcessingRequest" r
           SET "processingStatus" = CASE WHEN "isErased" THEN 'PROCESSING_FAILED'::"AIRequestStatus" ELSE 'PENDING_BATCHING' END,
               "batchId" = CASE WHEN "isErased" THEN r."batchId" END, "notBefore" = NULL,
               "errorCode" = CASE WHEN "isErased" THEN 'session_erased' ELSE r."errorCode" END,
               "completedAt" = CASE WHEN "isErased" THEN now() END
          FROM stranded WHERE r."id" = stranded."id"`,
});
