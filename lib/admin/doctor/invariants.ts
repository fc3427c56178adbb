import { OVER } from "../../batches/batch.ts";
import type { Invariant } from "./invariant.ts";

/** A batch's attempts by outcome, to stand in FROM. */
const COUNTED = `(SELECT "batchId", count(*)::int AS "lines",
         count(*) FILTER (WHERE "outcome" = 'APPLIED')::int AS "applied",
         count(*) FILTER (WHERE "outcome" = 'FAILED')::int AS "failed",
         count(*) FILTER (WHERE "outcome" = 'REQUEUED')::int AS "requeued",
         LEAST(COALESCE(sum("promptTokens"), 0), 2147483647)::int AS "promptTokens", sum("costEur") AS "costEur"
    FROM "AIRequestAttempt" GROUP BY "batchId") AS counted`;

const MISCOUNTED = `(b."appliedCount", b."failedCount", b."requeuedCount", COALESCE(b."promptTokens", 0), COALESCE(b."costEur", 0))
  IS DISTINCT FROM (counted."applied", counted."failed", counted."requeued", counted."promptTokens", counted."costEur")`;

/** Counters beside what they count, where the two differ. One statement sees both as of one moment, whoever is writing. */
const OFF = `(SELECT "table", "status", sum("rows") - sum("counted") AS "missing" FROM (
    SELECT 'AIProcessingRequest' AS "table", "processingStatus"::text AS "status", count(*) AS "rows", 0 AS "counted"
      FROM "AIProcessingRequest" GROUP BY "processingStatus"
    UNION ALL SELECT 'AIBatchRequest', "status"::text, count(*), 0 FROM "AIBatchRequest" GROUP BY "status"
    UNION ALL SELECT "table", "status", 0, sum("count") FROM "StatusCounter" GROUP BY "table", "status") beside
  GROUP BY "table", "status" HAVING sum("rows") <> sum("counted")) AS off`;

/** What must hold between transactions, at any time. */
export const INVARIANTS: readonly Invariant[] = [
  {
    id: "1 in-progress",
    explanation: "A request is in progress, but its batch has ended. Its result will never come.",
    violations: `SELECT r."id" FROM "AIProcessingRequest" r JOIN "AIBatchRequest" b ON b."id" = r."batchId"
      WHERE r."processingStatus" = 'BATCHING_IN_PROGRESS' AND b."status" IN ${OVER}`,
    // Its line was not accounted for when the batch ended, so no answer of it was ever applied.
    repair: `WITH stranded AS (
        SELECT r."id", r."attempt", r."batchId" FROM "AIProcessingRequest" r JOIN "AIBatchRequest" b ON b."id" = r."batchId"
         WHERE r."processingStatus" = 'BATCHING_IN_PROGRESS' AND b."status" IN ${OVER}
           AND NOT EXISTS (SELECT 1 FROM "AIRequestAttempt" a WHERE a."requestId" = r."id" AND a."attempt" = r."attempt")
         FOR UPDATE OF r
      ), noted AS (
        INSERT INTO "AIRequestAttempt" ("requestId", "attempt", "batchId", "outcome", "code", "message")
        SELECT "id", "attempt", "batchId", 'REQUEUED', 'line_missing', 'Requeued by the doctor.' FROM stranded
      )
      UPDATE "AIProcessingRequest" r SET "processingStatus" = 'PENDING_BATCHING', "batchId" = NULL, "notBefore" = NULL
        FROM stranded WHERE r."id" = stranded."id"`,
  },
  {
    id: "1 not-in-progress",
    explanation: "A request belongs to a running batch but is not in progress, and has no attempt recorded there.",
    violations: `SELECT r."id" FROM "AIProcessingRequest" r JOIN "AIBatchRequest" b ON b."id" = r."batchId"
      WHERE r."processingStatus" <> 'BATCHING_IN_PROGRESS' AND b."status" NOT IN ${OVER}
        AND NOT EXISTS (SELECT 1 FROM "AIRequestAttempt" a WHERE a."requestId" = r."id" AND a."batchId" = b."id")`,
    advice:
      "Its status was changed by hand. Set it back to BATCHING_IN_PROGRESS, and its result will come with the batch.",
  },
  {
    id: "2 applied-once",
    explanation: "A request is complete without exactly one applied attempt, or has one but is not complete.",
    violations: `SELECT r."id" FROM "AIProcessingRequest" r
      WHERE (r."processingStatus" = 'PROCESSING_COMPLETE') <> (1 = (SELECT count(*) FROM "AIRequestAttempt" a
               WHERE a."requestId" = r."id" AND a."outcome" = 'APPLIED'))`,
    advice: "Compare the request's rows in AIRequestAttempt with its status. One of them was changed by hand.",
  },
  {
    id: "2 session-analysed",
    explanation: "A session's analysis is complete, but the session does not show it.",
    violations: `SELECT r."id" FROM "AIProcessingRequest" r JOIN "Session" s ON s."id" = r."sessionId"
      WHERE r."processingStatus" = 'PROCESSING_COMPLETE' AND s."analysedAt" IS NULL`,
    advice: "The analysis was removed from the session by hand. Answers are not kept, so request it again.",
  },
  {
    id: "4 unaccounted",
    explanation: "A batch has ended, but some of its lines have no outcome.",
    violations: `SELECT b."id" FROM "AIBatchRequest" b LEFT JOIN ${COUNTED} ON counted."batchId" = b."id"
      WHERE b."status" IN ${OVER} AND b."requestCount" <> COALESCE(counted."lines", 0)
        AND NOT EXISTS (SELECT 1 FROM "AIProcessingRequest" r
                         WHERE r."batchId" = b."id" AND r."processingStatus" = 'BATCHING_IN_PROGRESS')`,
    advice: "Requests in this batch were deleted, together with their sessions, after it was sent.",
  },
  {
    id: "4 miscounted",
    explanation: "The counts of a batch that has ended do not match its attempts.",
    violations: `SELECT b."id" FROM "AIBatchRequest" b JOIN ${COUNTED} ON counted."batchId" = b."id"
      WHERE b."status" IN ${OVER} AND ${MISCOUNTED}`,
    repair: `UPDATE "AIBatchRequest" b SET "appliedCount" = counted."applied", "failedCount" = counted."failed",
             "requeuedCount" = counted."requeued", "promptTokens" = counted."promptTokens", "costEur" = counted."costEur"
        FROM ${COUNTED} WHERE counted."batchId" = b."id" AND b."status" IN ${OVER} AND ${MISCOUNTED}`,
  },
  {
    id: "4 over",
    explanation: "A batch has ended without a time, or a worker still holds its lease.",
    violations: `SELECT "id" FROM "AIBatchRequest"
      WHERE "status" IN ${OVER} AND ("processedAt" IS NULL OR "leaseOwner" IS NOT NULL)`,
    repair: `UPDATE "AIBatchRequest" SET "processedAt" = COALESCE("processedAt", "completedAt", "createdAt"),
             "leaseOwner" = NULL, "leaseExpiresAt" = NULL
      WHERE "status" IN ${OVER} AND ("processedAt" IS NULL OR "leaseOwner" IS NOT NULL)`,
  },
  {
    id: "5 bought-again",
    explanation: "A request was sent again after its answer had been applied, so it was paid for twice.",
    violations: `SELECT a."requestId" AS "id" FROM "AIRequestAttempt" a JOIN "AIRequestAttempt" later
        ON later."requestId" = a."requestId" AND later."attempt" > a."attempt"
      WHERE a."outcome" = 'APPLIED'`,
    advice: "The cost cannot be undone. Find out who reset the request after it was complete.",
  },
  {
    id: "6 cost",
    explanation: "The cost or usage of a complete request does not match its applied attempt.",
    violations: `SELECT r."id" FROM "AIProcessingRequest" r JOIN "AIRequestAttempt" a ON a."requestId" = r."id"
      WHERE a."outcome" = 'APPLIED' AND (r."totalCostEur", r."totalTokens") IS DISTINCT FROM (a."costEur", a."totalTokens")`,
    advice: "The ledger (AIRequestAttempt) says what was billed. The request was changed by hand.",
  },
  {
    id: "7 counters",
    explanation: "A counter does not match its table, so the overview shows wrong numbers.",
    violations: `SELECT "table" || ' ' || "status" AS "id" FROM ${OFF}`,
    // What is missing stands in a shard of its own, set and not added: writers go on, and a second doctor does no harm.
    repair: `INSERT INTO "StatusCounter" ("table", "status", "shard", "count")
      SELECT off."table", off."status", -1, COALESCE(mended."count", 0) + off."missing"
        FROM ${OFF} LEFT JOIN "StatusCounter" mended
          ON mended."table" = off."table" AND mended."status" = off."status" AND mended."shard" = -1
      ON CONFLICT ("table", "status", "shard") DO UPDATE SET "count" = EXCLUDED."count"`,
  },
];
