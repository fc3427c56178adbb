import { z } from "zod";
import { id } from "../../api/fields.ts";
import { type Acting, defineOperation } from "../../api/operation.ts";
import { inEachRealm } from "../../auth/realms.ts";
import type { Context } from "../../context.ts";
import { statement, text, timestamp } from "../../db/statement.ts";
import { CLEAR_ATTEMPTS, codeLockKey } from "../../signIn/signInLock.ts";
import { assertNotSelf, changeUser, endSessions, type Target } from "./changeUser.ts";
import { realm, type UserRow, userRow } from "./userRow.ts";

export const resetTwoFactor = defineOperation({
  name: "resetTwoFactor",
  summary: "Resets the two-factor authentication of a user who has lost access to it, and signs them out everywhere.",
  method: "POST",
  path: "/api/admin/users/{id}/reset-two-factor",
  permission: "users.write",
  input: z.strictObject({ id, realm }),
  example: { id: "user_id_1", realm: "platform" },
  output: z.object({ user: userRow }),
  run: (ctx, target) => takeSecondFactor(ctx, target),
});

/** The password stays: it lets them in to set up another second factor, however many wrong codes there were for the old one. */
export function takeSecondFactor(ctx: Context & Acting, target: Target): Promise<{ user: UserRow }> {
  return changeUser(ctx, target, "users.reset_two_factor", async (tx, user) => {
    assertNotSelf(ctx, user, "Ask another administrator to reset your two-factor authentication.");
    await DELETE_SECOND_FACTOR[user.realm].run(tx, { id: user.id });
    await NOTE_THAT_IT_IS_GONE[user.realm].run(tx, { id: user.id, now: ctx.clock.now() });
    await CLEAR_ATTEMPTS.run(tx, { key: codeLockKey(user.realm, user.id) });
    return { details: { sessionsEnded: await endSessions(tx, user) }, answer: {} };
  });
}

const DELETE_SECOND_FACTOR = inEachRealm(({ twoFactors }) =>
  statement({ sql: `DELETE FROM "${twoFactors}" WHERE "userId" = $1`, params: { id: text } }),
);

const NOTE_THAT_IT_IS_GONE = inEachRealm(({ users }) =>
  statement({
    sql: `UPDATE "${users}" SET "twoFactorEnabled" = false, "updatedAt" = $2 WHERE "id" = $1`,
    params: { id: text, now: timestamp },
  }),
);
