import type { Sql } from "../db/pool.ts";
import { statement, text } from "../db/statement.ts";

/** Statuses of a company that may have new batches. As SQL, to stand in a condition. */
export const SERVED = `('ACTIVE', 'TRIAL')`;

/** Whether the company of this batch may have no new batches: what is not bought yet must not be bought. */
export async function isOfSuspended(sql: Sql, batch: { companyId: string }): Promise<boolean> {
  return (await FIND_SUSPENDED.run(sql, { id: batch.companyId })) > 0;
}

const FIND_SUSPENDED = statement({
  sql: `SELECT 1 FROM "Company" WHERE "id" = $1 AND "status" NOT IN ${SERVED}`,
  params: { id: text },
});
