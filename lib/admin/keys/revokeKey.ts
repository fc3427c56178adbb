import { z } from "zod";
import { id } from "../../api/fields.ts";
import { type Acting, audit, defineOperation } from "../../api/operation.ts";
import type { Context } from "../../context.ts";
import { statement, text, timestamp } from "../../db/statement.ts";
import { changeKey } from "./changeKey.ts";
import { type KeyRow, keyRow } from "./keyRow.ts";

export const revokeKey = defineOperation({
  name: "revokeKey",
  summary: "Revokes a key permanently. A key that was already revoked stays revoked.",
  method: "POST",
  path: "/api/admin/keys/{id}/revoke",
  permission: "keys.write",
  input: z.strictObject({ id }),
  example: { id: "key_id_1" },
  output: z.object({ apiKey: keyRow }),
  run: async (ctx, { id: keyId }) => ({ apiKey: await endKey(ctx, keyId) }),
});

/** Revokes a key, and records who did. */
export function endKey(ctx: Context & Acting, keyId: string): Promise<KeyRow> {
  return changeKey(ctx, keyId, "keys.revoke", async (tx, key) => {
    if (key.revokedAt) return key;
    const revokedAt = ctx.clock.now();
    await REVOKE.run(tx, { id: keyId, revokedAt });
    const target = { type: "key", id: keyId };
    await audit(ctx, tx, { action: "keys.revoke", outcome: "done", target, companyId: key.companyId });
    return { ...key, revokedAt, state: "revoked" as const };
  });
}

const REVOKE = statement({
  sql: `UPDATE "ApiKey" SET "revokedAt" = $2 WHERE "id" = $1`,
  params: { id: text, revokedAt: timestamp },
});
