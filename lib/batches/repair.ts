import { statement } from "../db/statement.ts";
import { OVER } from "./states.ts";

// What the doctor finds wrong with batches that are over, and how it is put right.

/** A batch's attempts by outcome, to stand in FROM. */
export const COUNTED = `(SELECT "batchId", count(*)::int AS "lines",
         count(*) FILTER (WHERE "outcome" = 'APPLIED')::int AS "applied",
         count(*) FILTER (WHERE "outcome" = 'FAILED')::int AS "failed",
         count(*) FILTER (WHERE "outcome" = 'REQUEUED')::int AS "requeued",
         LEAST(COALESCE(sum("promptTokens"), 0), 2147483647)::int AS "promptTokens", sum("costEur") AS "costEur"
    FROM "AIRequestAttempt" GROUP BY "batchId") AS counted`;

/** Whether a batch `b` says something else than `COUNTED`. */
export const MISCOUNTED = `(b."appliedCount", b."failedCount", b."requeuedCount", COALESCE(b."promptTokens", 0), COALESCE(b."costEur", 0))
  IS DISTINCT FROM (counted."applied", counted."failed", counted."requeued", counted."promptTokens", counted."costEur")`;

/** Counts anew what became of their lines. */
export const RECOUNT = statement({
  sql: `UPDATE "AIBatchRequest" b SET "appliedCount" = counted."applied", "failedCount" = counted."failed",
               "requeuedCount" = counted."requeued", "promptTokens" = counted."promptTokens", "costEur" = counted."costEur"
          FROM ${COUNTED} WHERE counted."batchId" = b."id" AND b."status" IN ${OVER} AND ${MISCOUNTED}`,
});

/** Of a batch that is over: it has no time, or is still in a worker's hands. */
export const HALF_CLOSED = `"status" IN ${OVER} AND ("processedAt" IS NULL OR "leaseOwner" IS NOT NULL)`;

export const CLOSE = statement({
  sql: `UPDATE "AIBatchRequest" SET "processedAt" = COALESCE("processedAt", "completedAt", "createdAt"),
               "leaseOwner" = NULL, "leaseExpiresAt" = NULL
         WHERE ${HALF_CLOSED}`,
});
