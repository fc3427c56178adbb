import { z } from "zod";
import { id } from "../../api/fields.ts";
import { defineOperation } from "../../api/operation.ts";
import { changeUser, endSessions } from "./changeUser.ts";
import { realm, userRow } from "./userRow.ts";

export const revokeSessions = defineOperation({
  name: "revokeSessions",
  summary: "Signs a user out everywhere.",
  method: "POST",
  path: "/api/admin/users/{id}/revoke-sessions",
  permission: "users.write",
  input: z.strictObject({ id, realm }),
  example: { id: "user_id_1", realm: "platform" },
  output: z.object({ user: userRow, sessionsEnded: z.number().int() }),
  run: (ctx, target) =>
    changeUser(ctx, target, "users.revoke_sessions", async (tx, user) => {
      const sessionsEnded = await endSessions(tx, user);
      return { details: { sessionsEnded }, answer: { sessionsEnded } };
    }),
});
