import { z } from "zod";
import { id } from "../../api/fields.ts";
import { type Acting, defineOperation } from "../../api/operation.ts";
import { inEachRealm } from "../../auth/realms.ts";
import type { Context } from "../../context.ts";
import type { Transaction } from "../../db/pool.ts";
import { statement, text, timestamp } from "../../db/statement.ts";
import { assertCanSendMail, wantMail } from "../../mail/outgoingMail.ts";
import { makePassword } from "../../signIn/createUser.ts";
import { liftLocks } from "../../signIn/signInLock.ts";
import { assertNotSelf, changeUser, endSessions, type Target } from "./changeUser.ts";
import { byMail, oneTimePassword, realm, type UserRow, userRow } from "./userRow.ts";

export const resetPassword = defineOperation({
  name: "resetPassword",
  summary: "Gives a user a new one-time password and signs them out everywhere. The password is only in this answer.",
  method: "POST",
  path: "/api/admin/users/{id}/reset-password",
  permission: "users.write",
  input: z.strictObject({ id, realm, byMail }),
  example: { id: "user_id_1", realm: "platform" },
  output: z.object({ user: userRow, oneTimePassword }),
  run: (ctx, { byMail, ...target }) => (byMail ? sendNewPasswordLink : giveNewPassword)(ctx, target),
});

/** The old password is gone; a lock after wrong ones is lifted. The second factor stays. */
export function giveNewPassword(
  ctx: Context & Acting,
  target: Target,
): Promise<{ user: UserRow; oneTimePassword: string }> {
  return changeUser(ctx, target, "users.reset_password", async (tx, user) => {
    const { oneTimePassword, sessionsEnded } = await replacePassword(ctx, tx, user);
    return { details: { sessionsEnded }, answer: { oneTimePassword } };
  });
}

/** The same, but a link is sent to them: nobody is shown a password. */
export function sendNewPasswordLink(
  ctx: Context & Acting,
  target: Target,
): Promise<{ user: UserRow; oneTimePassword: null }> {
  assertCanSendMail(ctx.config);
  return changeUser(ctx, target, "users.reset_password", async (tx, user) => {
    const { sessionsEnded } = await replacePassword(ctx, tx, user);
    await wantMail(ctx, tx, { kind: "replaced", realm: user.realm, email: user.email }, { atOnce: true });
    return { details: { sessionsEnded, byMail: true }, answer: { oneTimePassword: null } };
  });
}

async function replacePassword(ctx: Context & Acting, tx: Transaction, user: UserRow) {
  assertNotSelf(ctx, user, "Change your password on your account page instead.");
  const { oneTimePassword, hash } = await makePassword();
  const now = ctx.clock.now();
  await SET_PASSWORD[user.realm].run(tx, { id: user.id, hash, now });
  await DEMAND_NEW_PASSWORD[user.realm].run(tx, { id: user.id, now });
  await liftLocks({ db: tx }, user.realm, user.email);
  return { oneTimePassword, sessionsEnded: await endSessions(tx, user) };
}

const SET_PASSWORD = inEachRealm(({ accounts }) =>
  statement({
    sql: `UPDATE "${accounts}" SET "password" = $2, "oneTimeUsedAt" = NULL, "updatedAt" = $3
           WHERE "userId" = $1 AND "providerId" = 'credential'`,
    params: { id: text, hash: text, now: timestamp },
  }),
);

const DEMAND_NEW_PASSWORD = inEachRealm(({ users }) =>
  statement({
    sql: `UPDATE "${users}" SET "mustChangePassword" = true, "updatedAt" = $2 WHERE "id" = $1`,
    params: { id: text, now: timestamp },
  }),
);
