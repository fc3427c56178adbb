import type { Sql } from "../db/pool.ts";
import { known, statement, text, timestamp } from "../db/statement.ts";

/** The provider's clock may be behind ours, and ours wrong: so far back is looked at first. */
export const FIRST_LOOK_BACK = "1 day";

const CHECKED = `COALESCE("checkedUntil", "createdAt" - interval '${FIRST_LOOK_BACK}')`;

/** Until when all that was made in an added account was held against this database, by the account's clock. */
export async function readChecked(sql: Sql, accountId: string): Promise<Date | undefined> {
  return (await READ.first(sql, { accountId }))?.checkedUntil;
}

const READ = statement({
  sql: `SELECT ${CHECKED} AS "checkedUntil" FROM "ProviderAccount" WHERE "id" = $1`,
  params: { accountId: text },
  row: { checkedUntil: known(timestamp) },
});

/** Only where it still stands as it was read, in the same installation. */
export async function confirmChecked(
  sql: Sql,
  of: { accountId: string; installationId: string },
  from: Date,
  to: Date,
): Promise<void> {
  await CONFIRM.run(sql, { ...of, from, to });
}

const CONFIRM = statement({
  sql: `UPDATE "ProviderAccount" SET "checkedUntil" = $4
         WHERE "id" = $1 AND ${CHECKED} = $3 AND EXISTS (SELECT 1 FROM "Installation" WHERE "id" = $2)`,
  params: { accountId: text, installationId: text, from: timestamp, to: timestamp },
});

/** As of a decision about a copy: what an account had until then was looked at. */
export async function settleChecked(tx: Sql, accountId: string, until: Date): Promise<void> {
  await SETTLE.run(tx, { accountId, until });
}

const SETTLE = statement({
  sql: `UPDATE "ProviderAccount" SET "checkedUntil" = $2 WHERE "id" = $1`,
  params: { accountId: text, until: timestamp },
});
