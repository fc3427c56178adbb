import { DEFAULT_ACCOUNT } from "../accounts/account.ts";
import { confirmChecked, readChecked } from "../accounts/checked.ts";
import type { PipelineContext } from "../context.ts";
import { statement, text, timestamp } from "../db/statement.ts";
import type { Installation } from "./installation.ts";

type InAccount = Pick<PipelineContext, "db" | "accountId">;

/** Until when all that was made in an account was held against this database, and known: by the provider's clock. */
export async function readCheckedUntil(ctx: InAccount, installation: Installation): Promise<Date> {
  if (ctx.accountId === DEFAULT_ACCOUNT) return installation.checkedUntil;
  return (await readChecked(ctx.db, ctx.accountId)) ?? installation.checkedUntil;
}

/** Only where it still stands as it was read: a database that was set back meanwhile has not been looked at. */
export async function confirmCheckedUntil(ctx: InAccount, { id }: Installation, from: Date, to: Date): Promise<void> {
  const { accountId } = ctx;
  if (accountId === DEFAULT_ACCOUNT) await CONFIRM.run(ctx.db, { id, from, to });
  else await confirmChecked(ctx.db, { accountId, installationId: id }, from, to);
}

const CONFIRM = statement({
  sql: `UPDATE "Installation" SET "checkedUntil" = $3 WHERE "id" = $1 AND "checkedUntil" = $2`,
  params: { id: text, from: timestamp, to: timestamp },
});
