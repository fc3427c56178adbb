import type { Transaction } from "../db/pool.ts";
import { statement, text } from "../db/statement.ts";

/** Takes back a company's requests for an analysis that never were in a batch. What was sent is paid for, and goes on. Answers how many. */
export async function withdrawRequests(tx: Transaction, companyId: string, analysis: string): Promise<number> {
  return await WITHDRAW.run(tx, { companyId, analysis });
}

/** In the order of their ids, as everybody locks them. */
const WITHDRAW = statement({
  sql: `DELETE FROM "AIProcessingRequest" WHERE "id" IN (
          SELECT "id" FROM "AIProcessingRequest"
           WHERE "companyId" = $1 AND "processingType" = $2 AND "processingStatus" = 'PENDING_BATCHING' AND "attempt" = 0
           ORDER BY "id" FOR UPDATE SKIP LOCKED)`,
  params: { companyId: text, analysis: text },
});
