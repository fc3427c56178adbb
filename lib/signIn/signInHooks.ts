import { APIError, createAuthMiddleware, getSessionFromCtx } from "better-auth/api";
import { z } from "zod";
import { isConfirmed, SECOND_FACTOR_NEEDED } from "../api/stepUp.ts";
import type { Realm } from "../auth/actor.ts";
import { inEachRealm } from "../auth/realms.ts";
import type { Context } from "../context.ts";
import { statement, text, timestamp } from "../db/statement.ts";
import { knownDevice, rememberDevice } from "./knownDevice.ts";
import { findLinkOwner, LINK_OVER, type LinkOwner, settleChange, settleReset } from "./passwordReset.ts";
import { refuseWeakPassword } from "./refuseWeakPassword.ts";
import { codeUsed, SessionRefused, spendCode } from "./sessionGuard.ts";
import { beginAttempt, CLEAR_ATTEMPTS, codeLockKey, lockKey } from "./signInLock.ts";
import { type Call, named, signInRecorder, type Who } from "./signInRecorder.ts";

const SIGN_IN = "/sign-in/email";
const VERIFY_CODE = "/two-factor/verify-totp";
const RESET = "/reset-password";
const NEW_BACKUP_CODES = "/two-factor/generate-backup-codes";
/** Calls that take a password: wrong ones are counted, whichever call they come by. */
const PASSWORD_CALLS: ReadonlySet<string> = new Set([
  SIGN_IN,
  "/change-password",
  "/two-factor/enable",
  NEW_BACKUP_CODES,
  "/confirm-password",
]);
/** Calls that take a code: to sign in, or on a session that somebody has already. */
const CODE_CALLS: ReadonlySet<string> = new Set([VERIFY_CODE, "/two-factor/verify-backup-code"]);
/** All that somebody can do who has signed in with a one-time password; a link needs no session, and minds none. */
const OPEN_TO_ONE_TIME_PASSWORD: ReadonlySet<string> = new Set([
  "/change-password",
  "/sign-out",
  "/list-sessions",
  "/forgotten-password",
  RESET,
]);
const PASSWORD_CHANGE_REQUIRED = { code: "PASSWORD_CHANGE_REQUIRED", message: "Choose your own password first." };
/** What the audit calls a call; those of the second factor sign somebody in, end its setting-up, or confirm who it is. */
const ACTIONS: Readonly<Record<string, string>> = {
  [SIGN_IN]: "sign_in.password",
  [VERIFY_CODE]: "sign_in.code",
  "/two-factor/verify-backup-code": "sign_in.backup_code",
  "/change-password": "sign_in.change_password",
  "/two-factor/enable": "sign_in.begin_two_factor",
  [NEW_BACKUP_CODES]: "sign_in.new_backup_codes",
  "/confirm-password": "sign_in.confirm",
  [RESET]: "sign_in.reset_password",
  "/revoke-session": "sign_in.revoke_session",
  "/revoke-other-sessions": "sign_in.revoke_sessions",
};

const resetShape = z.object({ token: z.string(), newPassword: z.string() });
const LOCKED = {
  address: {
    code: "ADDRESS_LOCKED",
    message: "Too many failed attempts for this email address. Try again in 15 minutes.",
  },
  codes: { code: "CODES_LOCKED", message: "Too many wrong codes. Try again in 15 minutes." },
};

/** What happens around the sign-in library's own work: locks, what a change entails, and the record of all of it. */
export function signInHooks(ctx: Context, realm: Realm) {
  /** Whose link a call brings, from before it is used up. */
  const owners = new WeakMap<object, LinkOwner>();

  const { record, whoIsMeant } = signInRecorder(ctx, realm);

  const before = createAuthMiddleware(async (call) => {
    const signedIn = call.path === SIGN_IN || call.path === "/get-session" ? null : await getSessionFromCtx(call);
    const who = signedIn ? { id: signedIn.user.id, name: signedIn.user.email } : named(call.body?.email);
    // The library does not say afterwards whom it has signed out.
    if (call.path === "/sign-out" && signedIn) await record(call, "sign_in.sign_out", "done", who);
    if (signedIn?.user.mustChangePassword && !OPEN_TO_ONE_TIME_PASSWORD.has(call.path)) {
      throw new APIError("FORBIDDEN", PASSWORD_CHANGE_REQUIRED);
    }
    if (call.path === "/change-password" && signedIn) {
      await refuseWeakPassword(z.string().parse(call.body.newPassword), signedIn.user);
    }
    if (call.path === RESET) {
      const { token, newPassword } = resetShape.parse(call.body);
      const user = await findLinkOwner(ctx, realm, token);
      if (!user) throw new APIError("BAD_REQUEST", LINK_OVER);
      await refuseWeakPassword(newPassword, user);
      owners.set(call.body, user);
    }
    if (call.path === NEW_BACKUP_CODES && signedIn && !isConfirmed(ctx, signedIn.session.confirmedAt)) {
      throw new APIError("FORBIDDEN", SECOND_FACTOR_NEEDED);
    }
    const key = await attemptKey(call, who);
    if (key === undefined || (await beginAttempt(ctx, key))) return;
    await record(call, ACTIONS[call.path] ?? call.path, "denied", who);
    ctx.log.warn({ event: "sign_in.locked", realm });
    throw new APIError("TOO_MANY_REQUESTS", CODE_CALLS.has(call.path) ? LOCKED.codes : LOCKED.address);
  });

  const after = createAuthMiddleware(async (call) => {
    const action = ACTIONS[call.path];
    if (!action) return;
    const { returned, newSession, session } = call.context;
    const user = newSession?.user ?? session?.user;
    if (returned instanceof APIError) {
      const who = user
        ? { id: user.id, name: user.email }
        : ((await whoIsMeant(call, returned)) ?? named(call.body?.email));
      const denied = returned instanceof SessionRefused || returned.statusCode === 429;
      return record(call, action, denied ? "denied" : "failed", who);
    }
    const linkOwner = call.path === RESET ? owners.get(call.body) : undefined;
    if (linkOwner) {
      await settleReset(ctx, realm, linkOwner);
      return record(call, action, "done", { id: linkOwner.id, name: linkOwner.email });
    }
    if (!user) return;
    const who = { id: user.id, name: user.email };
    const onSession = CODE_CALLS.has(call.path) && session && !newSession;
    if (onSession && call.path === VERIFY_CODE && !(await spendCode(ctx, realm, user.id, call.body?.code))) {
      await record(call, action, "denied", who);
      throw codeUsed(user.id);
    }
    const key = await attemptKey(call, who);
    if (key !== undefined) await CLEAR_ATTEMPTS.run(ctx.db, { key });
    if (onSession || (call.path === "/confirm-password" && session)) {
      await CONFIRM[realm].run(ctx.db, { token: session.session.token, now: ctx.clock.now() });
    }
    if (call.path === "/change-password") {
      await settleChange(ctx, realm, user.id);
    }
    // The session that begins with this call is a new one; those from before it had no second factor.
    const hasSetUp = call.path === VERIFY_CODE && session && newSession;
    if (hasSetUp) {
      await END_OTHERS[realm].run(ctx.db, { userId: user.id, token: newSession.session.token });
    }
    // With a second factor set up, the password alone signs nobody in: the library takes its session back after this.
    const waits = call.path === SIGN_IN && "twoFactorEnabled" in user && user.twoFactorEnabled === true;
    if (newSession && !session) {
      await endOlderSession(call, newSession.session.token);
      if (!waits) await rememberDevice(call, user.email);
    }
    const what = waits
      ? "sign_in.awaits_second_factor"
      : hasSetUp
        ? "sign_in.set_up_two_factor"
        : onSession
          ? "sign_in.confirm"
          : action;
    await record(call, what, "done", who);
  });

  /** Under what a wrong password or code of this call is counted; undefined for calls that take neither. */
  async function attemptKey(call: Call, { id, name }: Who): Promise<string | undefined> {
    if (CODE_CALLS.has(call.path)) return id && call.context.session ? codeLockKey(realm, id) : undefined;
    if (!PASSWORD_CALLS.has(call.path) || !name) return undefined;
    return lockKey(realm, name, await knownDevice(call, name));
  }

  /** The browser forgets the session that it had when it signs in again: nobody else shall find it. */
  async function endOlderSession(call: Call, newToken: string): Promise<void> {
    const { sessionToken } = call.context.authCookies;
    const older = await call.getSignedCookie(sessionToken.name, call.context.secret);
    if (!older || older === newToken) return;
    await END_ONE[realm].run(ctx.db, { token: older });
  }

  return { before, after };
}

const CONFIRM = inEachRealm(({ sessions }) =>
  statement({
    sql: `UPDATE "${sessions}" SET "confirmedAt" = $2 WHERE "token" = $1`,
    params: { token: text, now: timestamp },
  }),
);

const END_OTHERS = inEachRealm(({ sessions }) =>
  statement({
    sql: `DELETE FROM "${sessions}" WHERE "userId" = $1 AND "token" <> $2`,
    params: { userId: text, token: text },
  }),
);

const END_ONE = inEachRealm(({ sessions }) =>
  statement({ sql: `DELETE FROM "${sessions}" WHERE "token" = $1`, params: { token: text } }),
);
