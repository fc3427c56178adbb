import { nullable, statement, text, timestamp } from "../db/statement.ts";
import type { Tenant } from "./asTenant.ts";
import { dayOf } from "./days.ts";

/** The days of the company's oldest and newest session; those that claim to be from the future do not count. */
export async function sessionDays({ tx, company }: Tenant, now: Date) {
  const { oldest, newest } = await READ_ENDS.one(tx, { companyId: company.id, now });
  if (!oldest || !newest) return null;
  return { first: dayOf(oldest, company.timeZone), last: dayOf(newest, company.timeZone) };
}

const READ_ENDS = statement({
  sql: `SELECT min("startTime") AS "oldest", max("startTime") AS "newest" FROM "Session"
         WHERE "companyId" = $1 AND "startTime" <= $2`,
  params: { companyId: text, now: timestamp },
  row: { oldest: nullable(timestamp), newest: nullable(timestamp) },
});
