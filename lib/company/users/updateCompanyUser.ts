import { z } from "zod";
import { editUser } from "../../admin/users/updateUser.ts";
import { id, lineOfText } from "../../api/fields.ts";
import { defineOperation } from "../../api/operation.ts";
import { companyUserRow, ownUser, role } from "./companyUser.ts";

export const updateCompanyUser = defineOperation({
  name: "updateCompanyUser",
  summary:
    "Changes the name or role of a user of your company, or disables or enables them. A disabled user loses access immediately.",
  method: "PATCH",
  path: "/api/company/users/{id}",
  permission: "company.users.write",
  input: z
    .strictObject({
      id,
      name: lineOfText(100).optional(),
      role: role.optional(),
      disabled: z.boolean().optional(),
    })
    .refine(({ name, role, disabled }) => name !== undefined || role !== undefined || disabled !== undefined, {
      error: "nothing to change. Give a name, a role or disabled",
    }),
  example: { id: "company_user_id_1", role: "AUDITOR" },
  output: z.object({ user: companyUserRow }),
  run: (ctx, { id, ...changes }) => editUser(ctx, ownUser(ctx, id), changes),
});
