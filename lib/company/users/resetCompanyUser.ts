import { z } from "zod";
import { giveNewPassword, sendNewPasswordLink } from "../../admin/users/resetPassword.ts";
import { takeSecondFactor } from "../../admin/users/resetTwoFactor.ts";
import { byMail, oneTimePassword } from "../../admin/users/userRow.ts";
import { id } from "../../api/fields.ts";
import { defineOperation } from "../../api/operation.ts";
import { companyUserRow, ownUser } from "./companyUser.ts";

// For a user of one's own company who cannot get in.

export const resetCompanyUserPassword = defineOperation({
  name: "resetCompanyUserPassword",
  summary:
    "Gives a user of your company a new one-time password and signs them out everywhere. The password is only in this answer.",
  method: "POST",
  path: "/api/company/users/{id}/reset-password",
  permission: "company.users.write",
  input: z.strictObject({ id, byMail }),
  example: { id: "company_user_id_1" },
  output: z.object({ user: companyUserRow, oneTimePassword }),
  run: (ctx, { id, byMail }) => (byMail ? sendNewPasswordLink : giveNewPassword)(ctx, ownUser(ctx, id)),
});

export const resetCompanyUserTwoFactor = defineOperation({
  name: "resetCompanyUserTwoFactor",
  summary:
    "Resets the two-factor authentication of a user of your company who has lost access to it, and signs them out everywhere.",
  method: "POST",
  path: "/api/company/users/{id}/reset-two-factor",
  permission: "company.users.write",
  input: z.strictObject({ id }),
  example: { id: "company_user_id_1" },
  output: z.object({ user: companyUserRow }),
  run: (ctx, target) => takeSecondFactor(ctx, ownUser(ctx, target.id)),
});
