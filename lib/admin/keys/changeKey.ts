import { notFound } from "../../api/errors.ts";
import type { Acting } from "../../api/verb.ts";
import { assertMayGrant } from "../../auth/mayGrant.ts";
import { permissionsOfCompanyKey, permissionsOfRole } from "../../auth/permissions.ts";
import type { Context } from "../../context.ts";
import { inTransaction, type Transaction } from "../../db/pool.ts";
import { type OwnedKey, readKey } from "./keyRow.ts";

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
    await tx.query(`SELECT 1 FROM "ApiKey" WHERE "id" = $1 FOR UPDATE`, [keyId]);
    const key = await readKey(tx, ctx.clock.now(), keyId);
    if (!key) throw notFound("key");
    const { role, scopes } = key;
    assertMayGrant(ctx, action, role === null ? permissionsOfCompanyKey(scopes) : permissionsOfRole(role, scopes));
    return await change(tx, key);
  });
}
