import { z } from "zod";
import { decodeCursor, encodeCursor } from "../../api/cursor.ts";
import { cursor, flag, nextCursor, pageSize } from "../../api/fields.ts";
import { defineOperation } from "../../api/operation.ts";
import { bigint, bool, nullable, statement, text, timestamp } from "../../db/statement.ts";
import { selectServiceAccounts, serviceAccountColumns, serviceAccountRow } from "./serviceAccountRow.ts";

const position = z.tuple([z.string()]);

export const listServiceAccounts = defineOperation({
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
    const now = ctx.clock.now();
    const rows = await LIST.rows(ctx.db, { after, disabled: disabled ?? null, now, limit: limit + 1 });
    const serviceAccounts = rows.slice(0, limit);
    const last = rows.length > limit ? serviceAccounts.at(-1) : undefined;
    return { serviceAccounts, nextCursor: last ? encodeCursor(query, [last.name]) : null };
  },
});

const LIST = statement({
  sql: `${selectServiceAccounts("$3::timestamptz")}
         WHERE ($1::text IS NULL OR a."name" > $1) AND ($2::boolean IS NULL OR (a."disabledAt" IS NOT NULL) = $2)
         ORDER BY a."name" LIMIT $4`,
  params: { after: nullable(text), disabled: nullable(bool), now: timestamp, limit: bigint },
  row: serviceAccountColumns,
});
