import { z } from "zod";
import { decodeCursor, encodeCursor } from "../../api/cursor.ts";
import { cursor, flag, nextCursor, pageSize } from "../../api/fields.ts";
import { defineVerb } from "../../api/verb.ts";
import { type ServiceAccountRow, selectServiceAccounts, serviceAccountRow } from "./serviceAccountRow.ts";

const position = z.tuple([z.string()]);

export const listServiceAccounts = defineVerb({
  name: "listServiceAccounts",
  summary: "Lists service accounts by name.",
  method: "GET",
  path: "/api/admin/service-accounts",
  permission: "keys.read",
  input: z.strictObject({ disabled: flag.optional(), limit: pageSize, cursor }),
  example: { disabled: false, limit: 50 },
  output: z.object({ serviceAccounts: z.array(serviceAccountRow), nextCursor }),
  run: async (ctx, { limit, cursor, disabled }) => {
    const query = { list: "service accounts", disabled };
    const [after] = cursor ? decodeCursor(query, cursor, position) : [null];
    const { rows } = await ctx.db.query<ServiceAccountRow>(
      `${selectServiceAccounts("$3::timestamptz")}
        WHERE ($1::text IS NULL OR a."name" > $1) AND ($2::boolean IS NULL OR (a."disabledAt" IS NOT NULL) = $2)
        ORDER BY a."name" LIMIT $4`,
      [after, disabled ?? null, ctx.clock.now(), limit + 1],
    );
    const serviceAccounts = rows.slice(0, limit);
    const last = rows.length > limit ? serviceAccounts.at(-1) : undefined;
    return { serviceAccounts, nextCursor: last ? encodeCursor(query, [last.name]) : null };
  },
});
