import { APIError, createAuthEndpoint, sensitiveSessionMiddleware } from "better-auth/api";
import { z } from "zod";

/** A call that the sign-in library lacks: who has no second factor gives the password once more, on the session they have. */
export function confirmPassword() {
  return {
    id: "confirm-password",
    endpoints: {
      confirmPassword: createAuthEndpoint(
        "/confirm-password",
        { method: "POST", use: [sensitiveSessionMiddleware], body: z.object({ password: z.string() }) },
        async (call) => {
          const { user } = call.context.session;
          if (user.twoFactorEnabled === true) {
            throw new APIError("BAD_REQUEST", { code: "CODE_NEEDED", message: "Enter a code from your app instead." });
          }
          await call.context.password.checkPassword(user.id, call);
          return call.json({ status: true });
        },
      ),
    },
  };
}
