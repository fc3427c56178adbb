import { z } from "zod";
import { listUsers } from "../../admin/users/listUsers.ts";
import { cursor, flag, lineOfText, nextCursor, pageSize } from "../../api/fields.ts";
import { defineOperation } from "../../api/operation.ts";
import { companyIdOf } from "../asTenant.ts";
import { companyUserRow, role } from "./companyUser.ts";

export const listCompanyUsers = defineOperation({
  name: "listCompanyUsers",
  summary: "Lists your company's users by email address.",
  method: "GET",
  path: "/api/company/users",
  permission: "company.users.read",
  input: z.strictObject({
    role: role.optional(),
    disabled: flag.optional(),
    search: lineOfText(100).optional().meta({ description: "Part of the email address or the name." }),
    limit: pageSize,
    cursor,
  }),
  example: { limit: 50 },
  output: z.object({ users: z.array(companyUserRow), nextCursor }),
  run: (ctx, input) => listUsers.run(ctx, { ...input, realm: "company", companyId: companyIdOf(ctx) }),
});
