import { CLOSE, COUNTED, HALF_CLOSED, MISCOUNTED, RECOUNT } from "../../batches/repair.ts";
import { OVER } from "../../batches/states.ts";
import { statement } from "../../db/statement.ts";
import { KEEP_SHOWN, UNKEPT_REQUESTS } from "../../requests/keepShown.ts";
import { REQUEUE_STRANDED } from "../../requests/requeue.ts";
import type { Invariant } from "./invariant.ts";

/** Counters beside what they count, where the two differ. One statement sees both as of one moment, whoever is writing. */
const OFF = `(SELECT "table", "status", sum("rows") - sum("counted") AS "missing" FROM (
    SELECT 'AIProcessingRequest' AS "table", "processingStatus"::text AS "status", count(*) AS "rows", 0 AS "counted"
      FROM "AIProcessingRequest" GROUP BY "processingStatus"
    UNION ALL SELECT 'AIBatchRequest', "status"::text, count(*), 0 FROM "AIBatchRequest" GROUP BY "status"
    UNION ALL SELECT "table", "status", 0, sum("count") FROM "StatusCounter" GROUP BY "table", "status") beside
  GROUP BY "table", "status" HAVING sum("rows") <> sum("counted")) AS off`;

// What is missing stands in a shard of its own, set and not added: writers go on, and a second doctor does no harm.
const COUNT_ANEW = statement({
  sql: `INSERT INTO "StatusCounter" ("table", "status", "shard", "count")
        SELECT off."table", off."status", -1, COALESCE(mended."count", 0) + off."missing"
          FROM ${OFF} LEFT JOIN "StatusCounter" mended
            ON mended."table" = off."table" AND mended."status" = off."status" AND mended."shard" = -1
        ON CONFLICT ("table", "status", "shard") DO UPDATE SET "count" = EXCLUDED."count"`,
});

/** What must hold between transactions, at any time. */
export const INVARIANTS: readonly Invariant[] = [
  {
    id: "1 in-progress",
    explanation: "A request is in progress, but its batch has ended. Its result will never come.",
    violations: `SELECT r."id" FROM "AIProcessingRequest" r JOIN "AIBatchRequest" b ON b."id" = r."batchId"
      WHERE r."processingStatus" = 'BATCHING_IN_PROGRESS' AND b."status" IN ${OVER}`,
    repair: REQUEUE_STRANDED,
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
      WHERE r."processingStatus" = 'PROCESSING_COMPLETE' AND r."processingType" = 'session-analysis' AND s."analysedAt" IS NULL`,
    advice:
      "The analysis was removed from the session by hand. Its answer is kept: `livedash results switch` shows it again.",
  },
  {
    id: "2 results-kept",
    explanation:
      "A session shows an answer that is not kept, so it cannot be analysed again: a process of an earlier version applied it during an upgrade.",
    violations: UNKEPT_REQUESTS,
    repair: KEEP_SHOWN,
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
    repair: RECOUNT,
  },
  {
    id: "4 over",
    explanation: "A batch has ended without a time, or a worker still holds its lease.",
    violations: `SELECT "id" FROM "AIBatchRequest" WHERE ${HALF_CLOSED}`,
    repair: CLOSE,
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
    repair: COUNT_ANEW,
  },
];
