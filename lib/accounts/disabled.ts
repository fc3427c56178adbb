import type { Sql } from "../db/pool.ts";
import { known, nullable, statement, text, timestamp } from "../db/statement.ts";
import { accountOf } from "./account.ts";

/** A person's word that nothing new is to be sent to an account. What runs there is collected. */
export interface DisabledAccount {
  accountId: string;
  since: Date;
  by: string | null;
  reason: string | null;
}

export async function listDisabled(sql: Sql): Promise<DisabledAccount[]> {
  return await LIST.rows(sql, {});
}

const LIST = statement({
  sql: `SELECT "id" AS "accountId", "disabledAt" AS "since", "disabledBy" AS "by", "disabledReason" AS "reason"
          FROM "ProviderAccount" WHERE "disabledAt" IS NOT NULL ORDER BY "disabledAt", "id"`,
  row: { accountId: text, since: known(timestamp), by: nullable(text), reason: nullable(text) },
});

/** Why nothing may be bought in the account that `provider` names; NULL if it may. As SQL. @param provider SQL for it */
export const disabledReason = (provider: string): string =>
  `(SELECT COALESCE(d."disabledReason", '') FROM "ProviderAccount" d
     WHERE d."disabledAt" IS NOT NULL AND d."id" = ${accountOf(provider)})`;

/** The accounts that are disabled. As SQL, to stand after IN. */
export const DISABLED = `(SELECT d."id" FROM "ProviderAccount" d WHERE d."disabledAt" IS NOT NULL)`;

export function sayDisabled({ accountId, since, by, reason }: DisabledAccount): string {
  const because = reason ? `: ${reason}` : "";
  return `${by ?? "Someone"} disabled the account "${accountId}" at ${since.toISOString()}${because}. Nothing new is sent to it; results of running batches are still collected.`;
}
