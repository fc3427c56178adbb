import { z } from "zod";
import { decodeCursor, encodeCursor } from "../../api/cursor.ts";
import { cursor, flag, nextCursor, pageSize } from "../../api/fields.ts";
import { defineOperation } from "../../api/operation.ts";
import { Parameters } from "../../db/parameters.ts";
import { ownerFields } from "./keyOwner.ts";
import { type KeyRow, keyRow, selectKeys } from "./keyRow.ts";

const position = z.tuple([z.string()]);

export const listKeys = defineOperation({
  name: "listKeys",
  summary: "Lists API keys by name, with whose they are and whether they work. The keys themselves are not stored.",
  method: "GET",
  path: "/api/admin/keys",
  permission: "keys.read",
  input: z.strictObject({
    valid: flag.optional().meta({
      description: "true: only keys that work. false: only those that are revoked, expired or of a disabled owner.",
    }),
    ownerId: ownerFields.ownerId.meta({ description: "Only keys of this platform user." }),
    serviceAccountId: ownerFields.serviceAccountId.meta({ description: "Only keys of this service account." }),
    companyId: ownerFields.companyId.meta({ description: "Only keys of this company." }),
    limit: pageSize,
    cursor,
  }),
  example: { valid: true, limit: 50 },
  output: z.object({ keys: z.array(keyRow), nextCursor }),
  run: async (ctx, { limit, cursor, valid, ...owner }) => {
    const query = { list: "keys", valid, ...owner };
    const [after] = cursor ? decodeCursor(query, cursor, position) : [undefined];
    const p = new Parameters();
    const now = `${p.add(ctx.clock.now())}::timestamptz`;
    const conditions = [
      after !== undefined && `key."name" > ${p.add(after)}`,
      valid !== undefined && `(key."state" = 'works') = ${p.add(valid)}`,
      owner.ownerId && `key."ownerId" = ${p.add(owner.ownerId)}`,
      owner.serviceAccountId && `key."serviceAccountId" = ${p.add(owner.serviceAccountId)}`,
      owner.companyId && `key."companyId" = ${p.add(owner.companyId)}`,
    ].filter((condition) => typeof condition === "string");
    const { rows } = await ctx.db.query<KeyRow>(
      `${selectKeys(now)} WHERE ${["true", ...conditions].join(" AND ")} ORDER BY key."name" LIMIT ${p.add(limit + 1)}`,
      p.values,
    );
    const keys = rows.slice(0, limit);
    const last = rows.length > limit ? keys.at(-1) : undefined;
    return { keys, nextCursor: last ? encodeCursor(query, [last.name]) : null };
  },
});
