import type { Transaction } from "../db/pool.ts";
import {
  arrayOf,
  int,
  json,
  known,
  nullable,
  type RowOf,
  statement,
  text,
  textOf,
  timestamp,
} from "../db/statement.ts";
import { FAILURES, type FailureCode } from "../failures.ts";

/**
 * Puts locked requests into a batch: a new attempt of each. Answers how many of them were in none before: they draw on the
 * limit of their company.
 */
export async function claimRequests(tx: Transaction, batchId: string, ids: readonly string[]): Promise<number> {
  const claimed = await CLAIM.first(tx, { batchId, ids });
  return claimed?.first ?? 0;
}

const CLAIM = statement({
  sql: `WITH claimed AS (
          UPDATE "AIProcessingRequest"
             SET "processingStatus" = 'BATCHING_IN_PROGRESS', "batchId" = $1, "attempt" = "attempt" + 1, "notBefore" = NULL
           WHERE "id" = ANY($2) RETURNING "attempt")
        SELECT count(*)::int AS "first" FROM claimed WHERE "attempt" = 1`,
  params: { batchId: text, ids: arrayOf(text) },
  row: { first: known(int) },
});

/** The same for a batch that was sent already, and had been forgotten: failed ones are in progress again, too. */
export async function reclaimRequests(tx: Transaction, batchId: string, ids: readonly string[]): Promise<void> {
  await RECLAIM.run(tx, { batchId, ids });
}

const RECLAIM = statement({
  sql: `UPDATE "AIProcessingRequest"
           SET "processingStatus" = 'BATCHING_IN_PROGRESS', "batchId" = $1, "attempt" = "attempt" + 1,
               "notBefore" = NULL, "completedAt" = NULL
         WHERE "id" = ANY($2)`,
  params: { batchId: text, ids: arrayOf(text) },
});

/** What the log says of a request that failed before it was claimed. */
export type Unfit = RowOf<typeof FAIL_UNFIT>;

/** Fails requests that can never have a line. They entered no batch, so they have no attempt to record. */
export async function failUnfit(
  tx: Transaction,
  unfit: readonly { id: string; code: FailureCode }[],
  now: Date,
): Promise<Unfit[]> {
  if (unfit.length === 0) return [];
  const given = unfit.map(({ id, code }) => ({ id, code, message: FAILURES[code].meaning }));
  return await FAIL_UNFIT.rows(tx, { unfit: JSON.stringify(given), now });
}

const FAIL_UNFIT = statement({
  sql: `UPDATE "AIProcessingRequest" r
        SET "processingStatus" = 'PROCESSING_FAILED', "success" = false, "errorCode" = u."code",
            "errorMessage" = u."message", "completedAt" = $2
       FROM json_to_recordset($1::json) AS u("id" text, "code" text, "message" text)
      WHERE r."id" = u."id"
      RETURNING r."id" AS "requestId", r."sessionId", u."code",
                (SELECT "externalSessionId" FROM "Session" WHERE "id" = r."sessionId") AS "externalSessionId"`,
  params: { unfit: json<unknown>(), now: timestamp },
  row: {
    requestId: text,
    sessionId: nullable(text),
    code: known(textOf<FailureCode>()),
    externalSessionId: nullable(text),
  },
});
