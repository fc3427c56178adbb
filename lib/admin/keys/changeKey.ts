import { notFound } from "../../api/errors.ts";
import { assertMayGrant } from "../../api/mayGrant.ts";
import type { Acting } from "../../api/operation.ts";
import { permissionsOfCompanyKey, permissionsOfRole } from "../../auth/permissions.ts";
import type { Context } from "../../context.ts";
import { inTransaction, type Transaction } from "../../db/pool.ts";
import { statement, text } from "../../db/statement.ts";
import { type OwnedKey, READ_KEY } from "./keyRow.ts";

/**
 * Does something to a key, in one transaction in which nobody else does: for those alone who have what it may.
 * @throws RefusedError `not_found`, `forbidden`
 */
export function changeKey<T>(
  ctx: Context & Acting,
  keyId: string,
  action: string,
  change: (tx: Transaction, key: OwnedKey) => Promise<T>,
): Promise<T> {
  return inTransaction(ctx.db, async (tx) => {
    await LOCK.run(tx, { id: keyId });
    const key = await READ_KEY.first(tx, { id: keyId, now: ctx.clock.now() });
    if (!key) throw notFound("key");
    const { role, scopes } = key;
    assertMayGrant(ctx, action, role === null ? permissionsOfCompanyKey(scopes) : permissionsOfRole(role, scopes));
    return await change(tx, key);
  });
}

const LOCK = statement({ sql: `SELECT 1 FROM "ApiKey" WHERE "id" = $1 FOR UPDATE`, params: { id: text } });
