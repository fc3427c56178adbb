import { APIError, createAuthEndpoint } from "better-auth/api";
import { z } from "zod";
import type { Realm } from "../auth/actor.ts";
import type { Context } from "../context.ts";
import { canSendMail, wantMail } from "../mail/outgoingMail.ts";

/**
 * A call in place of the sign-in library's own, which looks for the user before it answers: here the answer, and its time,
 * are the same for every address.
 */
export function forgottenPassword(ctx: Context, realm: Realm) {
  return {
    id: "forgotten-password",
    endpoints: {
      forgottenPassword: createAuthEndpoint(
        "/forgotten-password",
        { method: "POST", body: z.object({ email: z.string() }) },
        async (call) => {
          if (!canSendMail(ctx.config)) {
            throw new APIError("CONFLICT", {
              code: "MAIL_NOT_SET_UP",
              message: "LiveDash is not set up to send email.",
            });
          }
          await wantMail(ctx, ctx.db, { kind: "reset", realm, email: call.body.email });
          return call.json({ status: true });
        },
      ),
    },
  };
}
