import type { Sql } from "../db/pool.ts";
import { arrayOf, statement, text, timestamp } from "../db/statement.ts";
import { LIVE } from "./states.ts";

// Ends the pauses of batches: they are due at once. Never of what settles: a create that is still on its way would be missed.

/** Those whose last call failed. What is in a worker's hands is being tried, and left alone. Answers how many. */
export async function wakeFailing(sql: Sql, now: Date): Promise<number> {
  return await WAKE_FAILING.run(sql, { now });
}

const WAKE_FAILING = statement({
  sql: `WITH waiting AS (
          SELECT "id" FROM "AIBatchRequest"
           WHERE "status" IN ${LIVE} AND "callFailures" > 0 AND "settlingSince" IS NULL AND "notBefore" > $1
             AND ("leaseExpiresAt" IS NULL OR "leaseExpiresAt" <= $1) FOR NO KEY UPDATE SKIP LOCKED)
        UPDATE "AIBatchRequest" b SET "notBefore" = NULL FROM waiting WHERE b."id" = waiting."id"`,
  params: { now: timestamp },
});

/** Those that wait because of one of these errors, as if they had met none. Answers how many. */
export async function forgetErrors(sql: Sql, codes: readonly string[]): Promise<number> {
  return await FORGET_ERRORS.run(sql, { codes });
}

const FORGET_ERRORS = statement({
  sql: `UPDATE "AIBatchRequest" SET "notBefore" = NULL, "errorCode" = NULL, "errorMessage" = NULL
         WHERE "processedAt" IS NULL AND "errorCode" = ANY($1) AND "settlingSince" IS NULL`,
  params: { codes: arrayOf(text) },
});
