import { z } from "zod";
import { RefusedError } from "../../api/errors.ts";
import { id, lineOfText } from "../../api/fields.ts";
import { assertMayGrant } from "../../api/mayGrant.ts";
import { type Acting, defineOperation } from "../../api/operation.ts";
import { inEachRealm } from "../../auth/realms.ts";
import type { Context } from "../../context.ts";
import { CompanyRole, PlatformRole } from "../../db/enums.ts";
import { nullable, statement, text, timestamp } from "../../db/statement.ts";
import { assertNotLastOwner, assertNotSelf, changeUser, endSessions, type Target } from "./changeUser.ts";
import { anyRole, permissionsOf, ROLE_OF, realm, type UserRow, userRow } from "./userRow.ts";

export const updateUser = defineOperation({
  name: "updateUser",
  summary: "Changes a user's name or role, or disables or enables them. A disabled user loses access immediately.",
  method: "PATCH",
  path: "/api/admin/users/{id}",
  permission: "users.write",
  input: z
    .strictObject({
      id,
      realm,
      name: lineOfText(100).optional(),
      role: anyRole.optional(),
      disabled: z.boolean().optional(),
    })
    .refine(({ name, role, disabled }) => name !== undefined || role !== undefined || disabled !== undefined, {
      error: "nothing to change. Give a name, a role or disabled",
    }),
  example: { id: "user_id_1", realm: "platform", role: "ADMIN" },
  output: z.object({ user: userRow }),
  run: (ctx, { id, realm, ...changes }) => editUser(ctx, { id, realm }, changes),
});

interface Changes {
  name?: string | undefined;
  role?: PlatformRole | CompanyRole | undefined;
  disabled?: boolean | undefined;
}

/** Changes what a user is called or may do, and records it. Nobody changes their own role, or disables themselves. */
export function editUser(
  ctx: Context & Acting,
  target: Target,
  { name, role, disabled }: Changes,
): Promise<{ user: UserRow }> {
  return changeUser(ctx, target, "users.update", async (tx, user) => {
    const roleChanges = role !== undefined && role !== user.role;
    const disables = disabled === true && user.disabledAt === null;
    if (roleChanges || disables) {
      assertNotSelf(ctx, user, "Ask another administrator to change your role or disable your account.");
      await assertNotLastOwner(ctx, tx, user);
    }
    if (roleChanges) {
      assertRole(target.realm, role);
      assertMayGrant(ctx, "users.update", permissionsOf(target.realm, role));
    }
    const disabledAt =
      disabled === undefined ? user.disabledAt : disabled ? (user.disabledAt ?? ctx.clock.now()) : null;
    await UPDATE[target.realm].run(tx, {
      id: user.id,
      name: name ?? user.name,
      role: role ?? user.role,
      disabledAt,
      now: ctx.clock.now(),
    });
    if (disables) await endSessions(tx, user);
    const changed = {
      ...(name !== undefined && name !== user.name ? { name: true } : {}),
      ...(roleChanges ? { role: { from: user.role, to: role } } : {}),
      ...(disabled === undefined ? {} : { disabled }),
    };
    return { details: changed, answer: {} };
  });
}

function assertRole(of: "platform" | "company", role: string): void {
  if (role in (of === "platform" ? PlatformRole : CompanyRole)) return;
  throw new RefusedError("invalid_input", `role: ${role} is not a role in the realm ${of}`);
}

const UPDATE = inEachRealm(({ users }, realm) =>
  statement({
    sql: `UPDATE "${users}" SET "name" = $2, "role" = $3, "disabledAt" = $4, "updatedAt" = $5 WHERE "id" = $1`,
    params: { id: text, name: text, role: ROLE_OF[realm], disabledAt: nullable(timestamp), now: timestamp },
  }),
);
