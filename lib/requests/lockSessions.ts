import type { Transaction } from "../db/pool.ts";
import { arrayOf, bool, known, nullable, type RowOf, statement, text } from "../db/statement.ts";

/**
 * Locks sessions whose answers are about to be applied, in one order for all workers: what another one is just about to commit
 * to them is seen, not overwritten. Answers which of them had been analysed before.
 */
export async function lockSessions(tx: Transaction, ids: readonly string[]): Promise<RowOf<typeof LOCK_SESSIONS>[]> {
  return await LOCK_SESSIONS.rows(tx, { ids });
}

const LOCK_SESSIONS = statement({
  sql: `SELECT s."id", s."externalSessionId", s."analysedAt" IS NOT NULL AS "analysed"
       FROM (SELECT DISTINCT unnest($1::text[]) AS "id" ORDER BY 1) wanted
      CROSS JOIN LATERAL (
        SELECT "id", "externalSessionId", "analysedAt" FROM "Session"
         WHERE "id" = wanted."id" LIMIT 1 FOR NO KEY UPDATE) s`,
  params: { ids: arrayOf(text) },
  row: { id: text, externalSessionId: nullable(text), analysed: known(bool) },
});
