import type { Tenant } from "./asTenant.ts";
import { dayOf } from "./days.ts";

/** The days of the company's oldest and newest session; those that claim to be from the future do not count. */
export async function sessionDays({ tx, company }: Tenant, now: Date) {
  const { rows } = await tx.query<{ oldest: Date | null; newest: Date | null }>(
    `SELECT min("startTime") AS "oldest", max("startTime") AS "newest" FROM "Session"
      WHERE "companyId" = $1 AND "startTime" <= $2`,
    [company.id, now],
  );
  const { oldest, newest } = rows[0] ?? {};
  if (!oldest || !newest) return null;
  return { first: dayOf(oldest, company.timeZone), last: dayOf(newest, company.timeZone) };
}
