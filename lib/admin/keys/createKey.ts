import { z } from "zod";
import { RefusedError } from "../../api/errors.ts";
import { lineOfText, moment } from "../../api/fields.ts";
import { type Acting, audit, defineVerb } from "../../api/verb.ts";
import { makeApiKey } from "../../auth/apiKeys.ts";
import { assertMayGrant } from "../../auth/mayGrant.ts";
import { permissionsOfRole } from "../../auth/permissions.ts";
import type { Context } from "../../context.ts";
import { PlatformRole } from "../../db/generated/enums.ts";
import { inTransaction } from "../../db/pool.ts";
import { KEY_COLUMNS, type KeyRow, keyRow, scopes } from "./keyRow.ts";

export const newKey = z.strictObject({
  name: lineOfText(100),
  role: z.enum(PlatformRole),
  scopes: scopes
    .default([])
    .meta({ description: "The permissions it is limited to. Empty means all permissions of its role." }),
  expiresAt: moment.nullable().default(null).meta({ description: "Null means it is valid until revoked." }),
});

export const createKey = defineVerb({
  name: "createKey",
  summary: "Creates an API key. The key is only in this answer and cannot be retrieved later.",
  method: "POST",
  path: "/api/admin/legacy/keys",
  permission: "keys.write",
  input: newKey,
  example: { name: "nightly report", role: "SUPPORT", scopes: ["pipeline.read"], expiresAt: "2037-01-01T00:00:00Z" },
  output: z.object({
    apiKey: keyRow,
    key: z.string().meta({ description: "Sent as `Authorization: Bearer ...`." }),
  }),
  run: (ctx, given) => addKey(ctx, given),
});

/** Makes a key, and records who did. */
export async function addKey(
  ctx: Context & Acting,
  given: z.output<typeof newKey>,
): Promise<{ apiKey: KeyRow; key: string }> {
  const { name, role } = given;
  const now = ctx.clock.now();
  const expiresAt = given.expiresAt === null ? null : new Date(given.expiresAt);
  if (expiresAt && expiresAt <= now) throw new RefusedError("invalid_input", "expiresAt: is in the past");
  assertMayGrant(ctx, "keys.create", permissionsOfRole(role, given.scopes));
  const { key, hash, prefix } = makeApiKey();
  return inTransaction(ctx.db, async (tx) => {
    const { rows } = await tx.query<KeyRow>(
      `INSERT INTO "ApiKey" ("id", "name", "role", "scopes", "hash", "prefix", "createdBy", "createdAt", "expiresAt")
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT ("name") DO NOTHING RETURNING ${KEY_COLUMNS}`,
      [ctx.newId(), name, role, given.scopes, hash, prefix, ctx.actor.name, now, expiresAt],
    );
    const [apiKey] = rows;
    if (!apiKey)
      throw new RefusedError("conflict", `A key named "${name}" exists or existed before. Choose another name.`);
    await audit(ctx, tx, {
      action: "keys.create",
      outcome: "done",
      target: { type: "key", id: apiKey.id },
      details: { role, scopes: given.scopes, expiresAt: expiresAt?.toISOString() ?? null },
    });
    return { apiKey, key };
  });
}
