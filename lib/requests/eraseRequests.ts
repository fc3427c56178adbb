import type { Transaction } from "../db/pool.ts";
import { arrayOf, int, known, type RowOf, statement, text, timestamp } from "../db/statement.ts";
import { FAILURES } from "../failures.ts";

const ERASED = FAILURES.session_erased.meaning;

/** What became of requests: those that are with the provider, those that were never sent, and all others. */
export type ErasedRequests = RowOf<typeof ERASE>;

/** Locks all requests of these sessions, in the order of their ids, as everybody locks them: before the sessions themselves. */
export async function lockRequestsOf(tx: Transaction, sessionIds: readonly string[]): Promise<void> {
  await LOCK.run(tx, { sessionIds });
}

const LOCK = statement({
  sql: `SELECT "id" FROM "AIProcessingRequest" WHERE "sessionId" = ANY($1) ORDER BY "id" FOR UPDATE`,
  params: { sessionIds: arrayOf(text) },
  row: { id: text },
});

/**
 * Takes from requests whatever was written in their sessions, and the sessions themselves: kept answers, what was received, messages.
 * What was sent stays as it was paid for. One that is in a batch stays there: what comes for it is recorded with its cost, and
 * dropped. One that waits fails, and goes altogether if it was never sent. The sessions have to be locked.
 */
export async function eraseRequests(
  tx: Transaction,
  sessionIds: readonly string[],
  now: Date,
): Promise<ErasedRequests> {
  await DELETE_RESULTS.run(tx, { sessionIds });
  await DELETE_CLAIMS.run(tx, { sessionIds });
  await CLEAR_ATTEMPTS.run(tx, { sessionIds });
  const erased = await ERASE.first(tx, { sessionIds, message: ERASED, now });
  return erased ?? { inFlight: 0, neverSent: 0, ended: 0 };
}

const REQUESTS = `SELECT "id" FROM "AIProcessingRequest" WHERE "sessionId" = ANY($1)`;

const DELETE_RESULTS = statement({
  sql: `DELETE FROM "AnalysisResult" WHERE "requestId" = ANY (ARRAY(${REQUESTS}))`,
  params: { sessionIds: arrayOf(text) },
});

/** Questions that other sessions ask, too, can be asked about for these. */
const DELETE_CLAIMS = statement({
  sql: `DELETE FROM "TopicClaim" WHERE "requestId" = ANY (ARRAY(${REQUESTS}))`,
  params: { sessionIds: arrayOf(text) },
});

const CLEAR_ATTEMPTS = statement({
  sql: `UPDATE "AIRequestAttempt" SET "message" = NULL, "received" = NULL
         WHERE "requestId" = ANY (ARRAY(${REQUESTS})) AND ("message" IS NOT NULL OR "received" IS NOT NULL)`,
  params: { sessionIds: arrayOf(text) },
});

/** A complete request has no error; one in a batch shows that of its attempt before. */
const ERASE = statement({
  sql: `WITH deleted AS (
          DELETE FROM "AIProcessingRequest"
           WHERE "sessionId" = ANY($1) AND "processingStatus" = 'PENDING_BATCHING' AND "attempt" = 0 RETURNING "id"
        ), erased AS (
          UPDATE "AIProcessingRequest"
             SET "sessionId" = NULL, "notBefore" = NULL,
                 "processingStatus" = CASE "processingStatus" WHEN 'PENDING_BATCHING' THEN 'PROCESSING_FAILED'
                                      ELSE "processingStatus" END,
                 "completedAt" = CASE "processingStatus" WHEN 'PENDING_BATCHING' THEN $3::timestamptz ELSE "completedAt" END,
                 "errorCode" = CASE WHEN "processingStatus" IN ('PENDING_BATCHING', 'PROCESSING_FAILED')
                                    THEN 'session_erased' END,
                 "errorMessage" = CASE WHEN "processingStatus" IN ('PENDING_BATCHING', 'PROCESSING_FAILED') THEN $2 END
           WHERE "sessionId" = ANY($1) AND NOT ("processingStatus" = 'PENDING_BATCHING' AND "attempt" = 0)
          RETURNING "processingStatus"
        )
        SELECT (SELECT count(*)::int FROM erased WHERE "processingStatus" = 'BATCHING_IN_PROGRESS') AS "inFlight",
               (SELECT count(*)::int FROM deleted) AS "neverSent",
               (SELECT count(*)::int FROM erased WHERE "processingStatus" <> 'BATCHING_IN_PROGRESS') AS "ended"`,
  params: { sessionIds: arrayOf(text), message: text, now: timestamp },
  row: { inFlight: known(int), neverSent: known(int), ended: known(int) },
});
