import { betterAuth } from "better-auth";
import { twoFactor } from "better-auth/plugins";
import type { Realm } from "../auth/actor.ts";
import { CLIENT_IP_HEADER } from "../auth/headers.ts";
import { REALMS } from "../auth/realms.ts";
import type { Context } from "../context.ts";
import { withLimits } from "../db/pool.ts";
import { confirmPassword } from "./confirmPassword.ts";
import { forgottenPassword } from "./forgottenPassword.ts";
import { guardSessions } from "./sessionGuard.ts";
import { SESSION_SECONDS } from "./sessionLife.ts";
import { SHORTEST_PASSWORD } from "./signInCalls.ts";
import { signInHooks } from "./signInHooks.ts";
import { signInSecrets } from "./signInSecrets.ts";

export type SignIn = ReturnType<typeof openSignIn>;

/** Sign-in for one kind of people: password, then TOTP where it is set up; sessions in the database. */
export function openSignIn(ctx: Context, realm: Realm) {
  const tables = REALMS[realm];
  const publicUrl = ctx.config.PUBLIC_URL && new URL(ctx.config.PUBLIC_URL);
  const secure = publicUrl ? publicUrl.protocol === "https:" : false;
  return betterAuth({
    appName: "LiveDash",
    basePath: `/api/auth/${realm}`,
    baseURL: publicUrl ? publicUrl.origin : { allowedHosts: ["*"], protocol: "http" },
    ...signInSecrets(ctx.config, realm),
    database: withLimits(ctx.db),
    telemetry: { enabled: false },
    // Refusals stand in the audit. What the library would write itself could hold addresses.
    logger: { disabled: true },
    // What it did not foresee is answered and logged as that of every other call is.
    onAPIError: { throw: true },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: SHORTEST_PASSWORD,
      maxPasswordLength: 200,
      revokeSessionsOnPasswordReset: true,
    },
    user: {
      modelName: tables.users,
      additionalFields: {
        role: { type: "string", input: false },
        mustChangePassword: { type: "boolean", input: false },
        disabledAt: { type: "date", required: false, input: false },
        ...(realm === "company" ? { companyId: { type: "string", input: false } as const } : {}),
      },
    },
    // It ends when its time is up, used or not; how long it may lie idle is decided in sessionLife.ts.
    session: {
      modelName: tables.sessions,
      expiresIn: SESSION_SECONDS,
      disableSessionRefresh: true,
      additionalFields: { confirmedAt: { type: "date", required: false, input: false } },
      freshAge: 0,
    },
    account: { modelName: tables.accounts },
    verification: {
      modelName: tables.verifications,
      // Links that set a password are of no use to whoever reads the database.
      storeIdentifier: { default: "plain", overrides: { "reset-password:": "hashed" } },
    },
    plugins: [
      confirmPassword(),
      forgottenPassword(ctx, realm),
      twoFactor({
        issuer: "LiveDash",
        schema: { twoFactor: { modelName: tables.twoFactors } },
        accountLockout: { maxFailedAttempts: 10, durationSeconds: 900 },
      }),
    ],
    rateLimit: {
      enabled: true,
      storage: "database",
      modelName: "AuthRateLimit",
      window: 60,
      max: 120,
      customRules: {
        "/sign-in/email": { window: 60, max: 20 },
        "/two-factor/verify-totp": { window: 60, max: 20 },
        "/two-factor/verify-backup-code": { window: 60, max: 10 },
        "/two-factor/enable": { window: 60, max: 10 },
        "/two-factor/generate-backup-codes": { window: 60, max: 10 },
        "/change-password": { window: 60, max: 10 },
        "/confirm-password": { window: 60, max: 10 },
        "/forgotten-password": { window: 60, max: 5 },
        "/reset-password": { window: 60, max: 10 },
      },
    },
    advanced: {
      cookiePrefix: `livedash-${realm}`,
      useSecureCookies: secure,
      disableOriginCheck: false,
      disableCSRFCheck: false,
      ipAddress: { ipAddressHeaders: [CLIENT_IP_HEADER] },
      defaultCookieAttributes: { httpOnly: true, sameSite: "strict", secure },
    },
    databaseHooks: { session: { create: { before: guardSessions(ctx, realm) } } },
    hooks: signInHooks(ctx, realm),
  });
}
