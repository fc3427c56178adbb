import { z } from "zod";
import { notFound } from "../../api/errors.ts";
import { id } from "../../api/fields.ts";
import { audit, defineVerb } from "../../api/verb.ts";
import { inTransaction } from "../../db/pool.ts";
import { KEY_COLUMNS, type KeyRow, keyRow } from "./keyRow.ts";

export const revokeKey = defineVerb({
  name: "revokeKey",
  summary: "Revokes a key permanently. A key that was already revoked stays revoked.",
  method: "POST",
  path: "/api/admin/legacy/keys/{id}/revoke",
  permission: "keys.write",
  input: z.strictObject({ id }),
  example: { id: "key_id_1" },
  output: z.object({ apiKey: keyRow }),
  run: (ctx, { id: keyId }) =>
    inTransaction(ctx.db, async (tx) => {
      const { rowCount } = await tx.query(
        `UPDATE "ApiKey" SET "revokedAt" = $2 WHERE "id" = $1 AND "revokedAt" IS NULL`,
        [keyId, ctx.clock.now()],
      );
      const { rows } = await tx.query<KeyRow>(`SELECT ${KEY_COLUMNS} FROM "ApiKey" WHERE "id" = $1`, [keyId]);
      const [apiKey] = rows;
      if (!apiKey) throw notFound("key");
      if (rowCount)
        await audit(ctx, tx, { action: "keys.revoke", outcome: "done", target: { type: "key", id: keyId } });
      return { apiKey };
    }),
});
