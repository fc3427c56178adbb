import { z } from "zod";
import { id } from "../../api/fields.ts";
import { defineVerb } from "../../api/verb.ts";
import { REALMS } from "../../auth/realms.ts";
import { assertNotSelf, changeUser, endSessions } from "./changeUser.ts";
import { realm, userRow } from "./userRow.ts";

export const resetTwoFactor = defineVerb({
  name: "resetTwoFactor",
  summary: "Resets the two-factor authentication of a user who has lost access to it, and signs them out everywhere.",
  method: "POST",
  path: "/api/admin/legacy/users/{id}/reset-two-factor",
  permission: "users.write",
  input: z.strictObject({ id, realm }),
  example: { id: "user_id_1", realm: "platform" },
  output: z.object({ user: userRow }),
  run: (ctx, target) =>
    changeUser(ctx, target, "users.reset_two_factor", async (tx, user) => {
      assertNotSelf(ctx, user, "Ask another administrator to reset your two-factor authentication.");
      const { users, twoFactors } = REALMS[user.realm];
      await tx.query(`DELETE FROM "${twoFactors}" WHERE "userId" = $1`, [user.id]);
      await tx.query(`UPDATE "${users}" SET "twoFactorEnabled" = false, "updatedAt" = $2 WHERE "id" = $1`, [
        user.id,
        ctx.clock.now(),
      ]);
      return { details: { sessionsEnded: await endSessions(tx, user) }, answer: {} };
    }),
});
