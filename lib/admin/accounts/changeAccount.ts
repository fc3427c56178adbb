import type { z } from "zod";
import { DEFAULT_ACCOUNT } from "../../accounts/account.ts";
import { notFound, RefusedError } from "../../api/errors.ts";
import { audit, type CallContext } from "../../api/operation.ts";
import { inTransaction, type Transaction } from "../../db/pool.ts";
import { statement, text } from "../../db/statement.ts";
import { type accountRow, readAccountRow } from "./accountRow.ts";

interface Change {
  action: `accounts.${string}`;
  details?: Record<string, unknown>;
  /** Whether it can be made to the account that the variables configure. */
  alsoDefault: boolean;
  /** Answers whether it changed anything. */
  make(tx: Transaction): Promise<boolean>;
}

/** Changes an account, with its record in the audit log. @throws RefusedError `not_found`, `conflict` */
export async function changeAccount(
  ctx: CallContext,
  id: string,
  { action, details, alsoDefault, make }: Change,
): Promise<{ changed: boolean; account: z.input<typeof accountRow> }> {
  if (!alsoDefault) refuseDefault(id);
  return inTransaction(ctx.db, async (tx) => {
    if ((await LOCK.run(tx, { id })) === 0) throw notFound("account");
    const changed = await make(tx);
    const target = { type: "provider_account", id };
    if (changed) await audit(ctx, tx, { action, outcome: "done", target, ...(details ? { details } : {}) });
    return { changed, account: await readAccountRow(tx, id) };
  });
}

/** @throws RefusedError `conflict` */
export function refuseDefault(id: string): void {
  if (id !== DEFAULT_ACCOUNT) return;
  throw new RefusedError("conflict", "The environment variables configure this account. Change it there.");
}

const LOCK = statement({ sql: `SELECT 1 FROM "ProviderAccount" WHERE "id" = $1 FOR UPDATE`, params: { id: text } });
