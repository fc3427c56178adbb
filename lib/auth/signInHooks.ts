import { APIError, createAuthMiddleware, getSessionFromCtx } from "better-auth/api";
import { z } from "zod";
import { recordAudit } from "../audit/recordAudit.ts";
import type { Context } from "../context.ts";
import type { Realm } from "./actor.ts";
import { CLIENT_IP_HEADER, REQUEST_ID_HEADER } from "./headers.ts";
import { REALMS } from "./realms.ts";
import { SessionRefused } from "./sessionGuard.ts";
import { beginAttempt, clearAttempts, lockKey } from "./signInLock.ts";

const SIGN_IN = "/sign-in/email";
/** Calls that take a password: wrong ones are counted, whichever call they come by. */
const PASSWORD_CALLS: ReadonlySet<string> = new Set([
  SIGN_IN,
  "/change-password",
  "/two-factor/enable",
  "/two-factor/generate-backup-codes",
]);
/** What the audit calls a call; those of the second factor sign somebody in, or end its setting-up. */
const ACTIONS: Readonly<Record<string, string>> = {
  [SIGN_IN]: "sign_in.password",
  "/two-factor/verify-totp": "sign_in.code",
  "/two-factor/verify-backup-code": "sign_in.backup_code",
  "/change-password": "sign_in.change_password",
  "/two-factor/enable": "sign_in.begin_two_factor",
  "/two-factor/generate-backup-codes": "sign_in.new_backup_codes",
  "/revoke-session": "sign_in.revoke_session",
  "/revoke-other-sessions": "sign_in.revoke_sessions",
};

type Outcome = "done" | "denied" | "failed";
type Call = Parameters<Parameters<typeof createAuthMiddleware>[0]>[0];
interface Who {
  id: string | null;
  name: string | null;
}

/** What happens around the sign-in library's own work: locks, what a change entails, and the record of all of it. */
export function signInHooks(ctx: Context, realm: Realm) {
  const { kind, users, sessions, verifications } = REALMS[realm];

  const record = (call: Call, action: string, outcome: Outcome, who: Who) =>
    recordAudit(ctx, ctx.db, {
      actor: who.id ? { kind, ...who, id: who.id } : { kind: "anonymous", ...who },
      action,
      outcome,
      from: call.headers?.get(CLIENT_IP_HEADER) ?? null,
      requestId: call.headers?.get(REQUEST_ID_HEADER) ?? null,
    });

  const before = createAuthMiddleware(async (call) => {
    const signedIn = call.path === SIGN_IN || call.path === "/get-session" ? null : await getSessionFromCtx(call);
    const who = signedIn ? { id: signedIn.user.id, name: signedIn.user.email } : named(call.body?.email);
    // The library does not say afterwards whom it has signed out.
    if (call.path === "/sign-out" && signedIn) await record(call, "sign_in.sign_out", "done", who);
    if (!PASSWORD_CALLS.has(call.path) || !who.name) return;
    if (await beginAttempt(ctx, lockKey(realm, who.name))) return;
    await record(call, ACTIONS[call.path] ?? call.path, "denied", who);
    ctx.log.warn({ event: "sign_in.locked", realm });
    throw new APIError("TOO_MANY_REQUESTS", {
      code: "ADDRESS_LOCKED",
      message: "Too many failed attempts for this email address. Try again in 15 minutes.",
    });
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
    if (!user) return;
    const who = { id: user.id, name: user.email };
    if (PASSWORD_CALLS.has(call.path)) await clearAttempts(ctx, lockKey(realm, user.email));
    if (call.path === "/change-password") {
      await ctx.db.query(`UPDATE "${users}" SET "mustChangePassword" = false WHERE "id" = $1`, [user.id]);
    }
    // The session that begins with this call is a new one; those from before it had no second factor.
    const hasSetUp = call.path === "/two-factor/verify-totp" && session && newSession;
    if (hasSetUp) {
      await ctx.db.query(`DELETE FROM "${sessions}" WHERE "userId" = $1 AND "token" <> $2`, [
        user.id,
        newSession.session.token,
      ]);
    }
    // With a second factor set up, the password alone signs nobody in: the library takes its session back after this.
    const waits = call.path === SIGN_IN && "twoFactorEnabled" in user && user.twoFactorEnabled === true;
    const what = waits ? "sign_in.awaits_second_factor" : hasSetUp ? "sign_in.set_up_two_factor" : action;
    await record(call, what, "done", who);
  });

  /** Whose session was refused, or whose second factor was not given: they have not signed in. */
  async function whoIsMeant(call: Call, refused: APIError): Promise<Who | undefined> {
    const cookie = call.context.createAuthCookie("two_factor");
    const challenge = await call.getSignedCookie(cookie.name, call.context.secret);
    const { rows } = await ctx.db.query<{ name: string }>(
      `SELECT "email" AS "name" FROM "${users}" WHERE "id" = COALESCE($1,
         (SELECT "value" FROM "${verifications}" WHERE "identifier" = $2))`,
      [refused instanceof SessionRefused ? refused.userId : null, challenge || null],
    );
    return rows[0] ? { id: null, name: rows[0].name } : undefined;
  }

  return { before, after };
}

/** Somebody who says who they are. What is no address may be a password in the wrong field: it is not kept. */
function named(email: unknown): Who {
  return { id: null, name: z.email().max(200).safeParse(email).data ?? null };
}
