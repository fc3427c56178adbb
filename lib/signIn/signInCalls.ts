import { z } from "zod";

export const SHORTEST_PASSWORD = 12;
const LONGEST_PASSWORD = 200;
const FEWEST_CHARACTERS = 5;

const given = z.string().min(1).max(LONGEST_PASSWORD);
const chosen = z
  .string()
  .min(SHORTEST_PASSWORD, { error: `must have at least ${SHORTEST_PASSWORD} characters` })
  .max(LONGEST_PASSWORD)
  .refine((text) => new Set(text).size >= FEWEST_CHARACTERS, { error: "must use more different characters" });

const again = z.strictObject({ password: given });
const code = z.strictObject({ code: z.string().trim().min(6).max(40) });

interface SignInCall {
  method: "GET" | "POST";
  /** What it takes. The library would take more: redirects, longer sessions, devices that need no second factor. */
  body: z.ZodType;
}

const read: SignInCall = { method: "GET", body: z.strictObject({}) };
const post = (body: z.ZodType): SignInCall => ({ method: "POST", body });

/** All that people may call of the sign-in library, by path; every other path answers 404. */
export const SIGN_IN_CALLS: ReadonlyMap<string, SignInCall> = new Map([
  ["/sign-in/email", post(z.strictObject({ email: z.email().max(200), password: given }))],
  ["/sign-out", post(z.strictObject({}))],
  ["/get-session", read],
  ["/list-sessions", read],
  ["/revoke-session", post(z.strictObject({ token: z.string().min(1).max(200) }))],
  ["/revoke-other-sessions", post(z.strictObject({}))],
  // Whoever knew the old password is signed out everywhere else.
  [
    "/change-password",
    post(
      z
        .strictObject({
          currentPassword: given,
          newPassword: chosen,
          revokeOtherSessions: z.literal(true).default(true),
        })
        .refine(({ currentPassword, newPassword }) => currentPassword !== newPassword, {
          path: ["newPassword"],
          error: "must differ from the old one",
        }),
    ),
  ],
  ["/two-factor/enable", post(again)],
  ["/two-factor/verify-totp", post(code)],
  ["/two-factor/verify-backup-code", post(code)],
  ["/two-factor/generate-backup-codes", post(again)],
  ["/confirm-password", post(again)],
  ["/forgotten-password", post(z.strictObject({ email: z.email().max(200) }))],
  ["/reset-password", post(z.strictObject({ token: z.string().min(1).max(200), newPassword: chosen }))],
]);
