import { z } from "zod";
import { notFound } from "../../api/errors.ts";
import { id, lineOfText } from "../../api/fields.ts";
import { assertMayGrant } from "../../api/mayGrant.ts";
import { type Acting, audit, defineOperation } from "../../api/operation.ts";
import type { Context } from "../../context.ts";
import { CompanyRole, PlatformRole } from "../../db/enums.ts";
import { inTransaction, type Transaction } from "../../db/pool.ts";
import { statement, text } from "../../db/statement.ts";
import { assertCanSendMail, wantMail } from "../../mail/outgoingMail.ts";
import { createUser as insertUser, type NewUser } from "../../signIn/createUser.ts";
import {
  anyRole,
  byMail,
  email,
  oneTimePassword,
  permissionsOf,
  READ_USER,
  realm,
  type UserRow,
  userRow,
} from "./userRow.ts";

export const newUser = z
  .strictObject({
    realm,
    email,
    name: lineOfText(100).optional().meta({ description: "Default: the email address." }),
    role: anyRole,
    companyId: id
      .optional()
      .meta({ description: "The company whose results they can read. Only in the realm company." }),
    byMail,
  })
  .transform(({ realm, companyId, role, name, email, byMail }, issues): NewUser & { byMail: boolean } => {
    const common = { email, name: name ?? email, byMail };
    if (realm === "platform") {
      if (companyId !== undefined)
        issues.addIssue("A platform user does not belong to a company. Leave companyId out.");
      const named = z.enum(PlatformRole).safeParse(role);
      if (named.success) return { ...common, realm, role: named.data };
    } else {
      if (companyId === undefined) issues.addIssue("companyId: is required");
      const named = z.enum(CompanyRole).safeParse(role);
      if (named.success) return { ...common, realm, role: named.data, companyId: companyId ?? "" };
    }
    issues.addIssue(`role: ${role} is not a role in the realm ${realm}`);
    return z.NEVER;
  });

export const createUser = defineOperation({
  name: "createUser",
  summary: "Creates a user. The one-time password is only in this answer and cannot be retrieved later.",
  method: "POST",
  path: "/api/admin/users",
  permission: "users.write",
  input: newUser,
  example: { realm: "platform", email: "ada@example.com", name: "Ada", role: "SUPPORT" },
  output: z.object({ user: userRow, oneTimePassword }),
  run: (ctx, user) =>
    user.byMail
      ? inTransaction(ctx.db, (tx) => inviteUser(ctx, tx, user))
      : inTransaction(ctx.db, (tx) => addUser(ctx, tx, user)),
});

/** Makes a user who is sent a link: nobody is shown a password. */
export async function inviteUser(
  ctx: Context & Acting,
  tx: Transaction,
  user: NewUser,
): Promise<{ user: UserRow; oneTimePassword: null }> {
  assertCanSendMail(ctx.config);
  const { user: made } = await addUser(ctx, tx, user);
  await wantMail(ctx, tx, { kind: "invitation", realm: made.realm, email: made.email }, { atOnce: true });
  return { user: made, oneTimePassword: null };
}

/** Makes a user, and records who did. */
export async function addUser(
  ctx: Context & Acting,
  tx: Transaction,
  user: NewUser,
): Promise<{ user: UserRow; oneTimePassword: string }> {
  assertMayGrant(ctx, "users.create", permissionsOf(user.realm, user.role));
  if (user.realm === "company" && !(await HOLD_COMPANY.run(tx, { id: user.companyId }))) throw notFound("company");
  const { id: userId, oneTimePassword } = await insertUser(ctx, tx, user);
  const { realm: of, role } = user;
  await audit(ctx, tx, {
    action: "users.create",
    outcome: "done",
    target: { type: of === "platform" ? "user" : "company_user", id: userId },
    companyId: user.realm === "company" ? user.companyId : null,
    details: { role },
  });
  const made = await READ_USER[of].first(tx, { id: userId });
  if (!made) throw notFound("user");
  return { user: made, oneTimePassword };
}

const HOLD_COMPANY = statement({
  sql: `SELECT 1 FROM "Company" WHERE "id" = $1 FOR KEY SHARE`,
  params: { id: text },
});
