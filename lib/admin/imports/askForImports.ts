import type { Context } from "../../context.ts";
import { inTransaction } from "../../db/pool.ts";
import { bigint, statement, text } from "../../db/statement.ts";
import { askForJobs } from "../../jobs/askForJob.ts";
import { importJob } from "./importJob.ts";

const AT_ONCE = 100;

/**
 * Asks for the import of every active or trial company that has an address for its CSV: a job each, so that none waits for
 * another's server. A company whose last import is not finished gets no second one.
 */
export async function askForImports(ctx: Context): Promise<{ companies: number; asked: number }> {
  const count = { companies: 0, asked: 0 };
  for (let after = ""; !ctx.stopping.aborted; ) {
    const companies = await LIST_WITH_CSV.rows(ctx.db, { after, limit: AT_ONCE });
    const jobs = companies.map(({ id }) => importOf(id, "the schedule"));
    count.asked += await inTransaction(ctx.db, (tx) => askForJobs(ctx, tx, jobs));
    count.companies += companies.length;
    const last = companies.at(-1);
    if (!last || companies.length < AT_ONCE) break;
    after = last.id;
  }
  return count;
}

/** The job that imports a company's CSV. */
export function importOf(companyId: string, askedBy: string) {
  const target = { type: "company", id: companyId };
  return { kind: importJob.name, input: { companyId }, target, companyId, askedBy };
}

const LIST_WITH_CSV = statement({
  sql: `SELECT "id" FROM "Company" WHERE "status" IN ('ACTIVE', 'TRIAL') AND "csvUrl" <> '' AND "id" > $1
         ORDER BY "id" LIMIT $2`,
  params: { after: text, limit: bigint },
  row: { id: text },
});
