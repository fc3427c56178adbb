import { z } from "zod";
import { addUser, inviteUser } from "../../admin/users/createUser.ts";
import { byMail, email, oneTimePassword } from "../../admin/users/userRow.ts";
import { lineOfText } from "../../api/fields.ts";
import { defineVerb } from "../../api/verb.ts";
import { inTransaction } from "../../db/pool.ts";
import { companyIdOf } from "../asTenant.ts";
import { companyUserRow, role } from "./companyUser.ts";

export const createCompanyUser = defineVerb({
  name: "createCompanyUser",
  summary:
    "Creates a user of your company. The one-time password is only in this answer and cannot be retrieved later.",
  method: "POST",
  path: "/api/company/users",
  permission: "company.users.write",
  input: z.strictObject({
    email,
    name: lineOfText(100).optional().meta({ description: "Default: the email address." }),
    role,
    byMail,
  }),
  example: { email: "ada@example.com", name: "Ada", role: "USER" },
  output: z.object({ user: companyUserRow, oneTimePassword }),
  run: (ctx, { email, name = email, role, byMail }) => {
    const user = { realm: "company", email, name, role, companyId: companyIdOf(ctx) } as const;
    return byMail
      ? inTransaction(ctx.db, (tx) => inviteUser(ctx, tx, user))
      : inTransaction(ctx.db, (tx) => addUser(ctx, tx, user));
  },
});
