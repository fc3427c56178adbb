import { DEFAULT_ACCOUNT } from "../accounts/account.ts";
import type { PipelineContext } from "../context.ts";
import type { Sql } from "../db/pool.ts";
import { known, statement, text, timestamp } from "../db/statement.ts";
import { FIRST_LOOK_BACK, type Installation } from "./installation.ts";

type InAccount = Pick<PipelineContext, "db" | "accountId">;

/** Until when all that was made in an account was held against this database, and known: by the provider's clock. */
export async function readCheckedUntil(ctx: InAccount, installation: Installation): Promise<Date> {
  if (ctx.accountId === DEFAULT_ACCOUNT) return installation.checkedUntil;
  return (await READ.first(ctx.db, { accountId: ctx.accountId }))?.checkedUntil ?? installation.checkedUntil;
}

const CHECKED = `COALESCE("checkedUntil", "createdAt" - interval '${FIRST_LOOK_BACK}')`;

const READ = statement({
  sql: `SELECT ${CHECKED} AS "checkedUntil" FROM "ProviderAccount" WHERE "id" = $1`,
  params: { accountId: text },
  row: { checkedUntil: known(timestamp) },
});

/** Only where it still stands as it was read: a database that was set back meanwhile has not been looked at. */
export async function confirmChecked(ctx: InAccount, { id }: Installation, from: Date, to: Date): Promise<void> {
  const { accountId } = ctx;
  if (accountId === DEFAULT_ACCOUNT) await CONFIRM_DEFAULT.run(ctx.db, { id, from, to });
  else await CONFIRM.run(ctx.db, { id, accountId, from, to });
}

const CONFIRM_DEFAULT = statement({
  sql: `UPDATE "Installation" SET "checkedUntil" = $3 WHERE "id" = $1 AND "checkedUntil" = $2`,
  params: { id: text, from: timestamp, to: timestamp },
});

const CONFIRM = statement({
  sql: `UPDATE "ProviderAccount" SET "checkedUntil" = $4
         WHERE "id" = $2 AND ${CHECKED} = $3 AND EXISTS (SELECT 1 FROM "Installation" WHERE "id" = $1)`,
  params: { id: text, accountId: text, from: timestamp, to: timestamp },
});

/** As of a decision about a copy: what an account had until then was looked at. */
export async function settleChecked(tx: Sql, accountId: string, until: Date): Promise<void> {
  await SETTLE.run(tx, { accountId, until });
}

const SETTLE = statement({
  sql: `UPDATE "ProviderAccount" SET "checkedUntil" = $2 WHERE "id" = $1`,
  params: { accountId: text, until: timestamp },
});
