import { z } from "zod";
import { decodeCursor, encodeCursor } from "../../api/cursor.ts";
import { cursor, flag, nextCursor, pageSize } from "../../api/fields.ts";
import { defineVerb } from "../../api/verb.ts";
import { KEY_COLUMNS, type KeyRow, keyRow } from "./keyRow.ts";

const position = z.tuple([z.string()]);

export const listKeys = defineVerb({
  name: "listKeys",
  summary: "Lists API keys by name. The keys themselves are not stored.",
  method: "GET",
  path: "/api/admin/legacy/keys",
  permission: "keys.read",
  input: z.strictObject({
    valid: flag.optional().meta({ description: "true: only valid keys. false: only expired or revoked keys." }),
    limit: pageSize,
    cursor,
  }),
  example: { valid: true, limit: 50 },
  output: z.object({ keys: z.array(keyRow), nextCursor }),
  run: async (ctx, { limit, cursor, valid }) => {
    const query = { list: "keys", valid };
    const [after] = cursor ? decodeCursor(query, cursor, position) : [null];
    const { rows } = await ctx.db.query<KeyRow>(
      `SELECT ${KEY_COLUMNS} FROM "ApiKey"
        WHERE ($1::text IS NULL OR "name" > $1)
          AND ($2::boolean IS NULL OR ("revokedAt" IS NULL AND ("expiresAt" IS NULL OR "expiresAt" > $3)) = $2)
        ORDER BY "name" LIMIT $4`,
      [after, valid ?? null, ctx.clock.now(), limit + 1],
    );
    const keys = rows.slice(0, limit);
    const last = rows.length > limit ? keys.at(-1) : undefined;
    return { keys, nextCursor: last ? encodeCursor(query, [last.name]) : null };
  },
});
