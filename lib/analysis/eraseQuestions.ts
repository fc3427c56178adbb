import type { Transaction } from "../db/pool.ts";
import { arrayOf, statement, text } from "../db/statement.ts";

const lockOf = (company: string) => `hashtextextended('livedash:questions:' || ${company}, 0)`;

/** Keeps the questions of these companies from being erased until the transaction ends: what was found of them can be linked. */
export async function shareQuestions(tx: Transaction, companyIds: readonly string[]): Promise<void> {
  await SHARE.run(tx, { companyIds });
}

const SHARE = statement({
  sql: `SELECT pg_advisory_xact_lock_shared(${lockOf('"id"')}) FROM unnest($1::text[]) AS company("id")`,
  params: { companyIds: arrayOf(text) },
});

/**
 * Erases those of these questions that no session asks any more. One that a request of another session is about to be answered for stays
 * until then: a later erasure of the company finds it. Lock order: after sessions.
 */
export async function eraseQuestions(tx: Transaction, companyId: string, ids: readonly string[]): Promise<number> {
  if (ids.length === 0) return 0;
  await HOLD.run(tx, { companyId });
  return await ERASE.run(tx, { companyId, ids });
}

const HOLD = statement({
  sql: `SELECT pg_advisory_xact_lock(${lockOf("$1")})`,
  params: { companyId: text },
});

/** OFFSET 0 keeps what is asked of each question a lookup of its own, whatever the statistics say. */
const ERASE = statement({
  sql: `DELETE FROM "Question" q USING unnest($2::text[]) AS given("id")
         WHERE q."id" = given."id" AND q."companyId" = $1
           AND NOT EXISTS (SELECT 1 FROM (SELECT 1 FROM "SessionQuestion" WHERE "questionId" = q."id" OFFSET 0) asked)
           AND NOT EXISTS (
             SELECT 1 FROM "TopicClaim" claim JOIN "AIProcessingRequest" r ON r."id" = claim."requestId"
              WHERE claim."companyId" = $1 AND claim."key" = q."key" AND q."id" = ANY (r."questionIds")
                AND r."processingStatus" IN ('PENDING_BATCHING', 'BATCHING_IN_PROGRESS'))`,
  params: { companyId: text, ids: arrayOf(text) },
});

/** A company's questions in the order of their texts, a page at a time. */
export function pageOfQuestions(tx: Transaction, companyId: string, after: string) {
  return PAGE.rows(tx, { companyId, after });
}

const PAGE = statement({
  sql: `SELECT "id", "content" FROM "Question" WHERE "companyId" = $1 AND "content" > $2 ORDER BY "content" LIMIT 5000`,
  params: { companyId: text, after: text },
  row: { id: text, content: text },
});
