import { z } from "zod";
import { decodeCursor, encodeCursor } from "../../api/cursor.ts";
import { cursor, flag, id, lineOfText, nextCursor, pageSize } from "../../api/fields.ts";
import { defineOperation } from "../../api/operation.ts";
import { Parameters } from "../../db/parameters.ts";
import { anyRole, realm, selectUsers, type UserRow, userRow } from "./userRow.ts";

const position = z.tuple([z.string()]);

export const listUsers = defineOperation({
  name: "listUsers",
  summary: "Lists platform or company users by email address.",
  method: "GET",
  path: "/api/admin/users",
  permission: "users.read",
  input: z.strictObject({
    realm,
    role: anyRole.optional(),
    companyId: id.optional().meta({ description: "Users of this company. Only in the realm company." }),
    disabled: flag.optional(),
    search: lineOfText(100).optional().meta({ description: "Part of the email address or the name." }),
    limit: pageSize,
    cursor,
  }),
  example: { realm: "platform", limit: 50 },
  output: z.object({ users: z.array(userRow), nextCursor }),
  run: async (ctx, { limit, cursor, ...filter }) => {
    const query = { list: "users", ...filter };
    const [after] = cursor ? decodeCursor(query, cursor, position) : [undefined];
    const p = new Parameters();
    const conditions = [
      filter.role && `u."role"::text = ${p.add(filter.role)}`,
      filter.companyId && `company."companyId" = ${p.add(filter.companyId)}`,
      filter.disabled !== undefined && `(u."disabledAt" IS NOT NULL) = ${p.add(filter.disabled)}`,
      filter.search && `position(lower(${p.add(filter.search)}) in lower(u."email" || ' ' || u."name")) > 0`,
      after !== undefined && `u."email" > ${p.add(after)}`,
    ].filter((condition) => typeof condition === "string");
    const { rows } = await ctx.db.query<UserRow>(
      `${selectUsers(filter.realm)} WHERE ${["true", ...conditions].join(" AND ")}
        ORDER BY u."email" LIMIT ${p.add(limit + 1)}`,
      p.values,
    );
    const users = rows.slice(0, limit);
    const last = rows.length > limit ? users.at(-1) : undefined;
    return { users, nextCursor: last ? encodeCursor(query, [last.email]) : null };
  },
});
