import { hash } from "node:crypto";
import { APIError } from "better-auth/api";
import type { Realm } from "../auth/actor.ts";
import { whyClosed } from "../auth/companyAccess.ts";
import { inEachRealm } from "../auth/realms.ts";
import { after } from "../clock.ts";
import type { Context } from "../context.ts";
import { CompanyStatus } from "../db/enums.ts";
import { bool, known, nullable, oneOf, statement, text, timestamp } from "../db/statement.ts";
import { ONE_TIME_PASSWORD_DAYS } from "./sessionLife.ts";

const DAY_MS = 86_400_000;

/** What is said of a refusal. But for a one-time password that is of no more use, and a closed company, it reads as wrong. */
const REFUSALS = {
  disabled: { code: "INVALID_EMAIL_OR_PASSWORD", message: "Invalid email or password" },
  code_used: { code: "INVALID_CODE", message: "Invalid code" },
  password_expired: {
    code: "PASSWORD_EXPIRED",
    message: `This one-time password has expired after ${ONE_TIME_PASSWORD_DAYS} days. Ask an administrator for a new one.`,
  },
  password_used: {
    code: "PASSWORD_USED",
    message: "This one-time password has already been used. Ask an administrator for a new one.",
  },
};

/** A session that is refused after password and code were right. */
export class SessionRefused extends APIError {
  readonly userId: string;

  constructor(userId: string, reason: { code: string; message: string }) {
    super("UNAUTHORIZED", reason);
    this.userId = userId;
  }
}

/** What is said to whoever gives a code that has been used. */
export function codeUsed(userId: string): SessionRefused {
  return new SessionRefused(userId, REFUSALS.code_used);
}

interface Signing {
  path?: string;
  body?: { code?: unknown };
  context: { session: unknown };
}

const SIGN_IN = "/sign-in/email";
const VERIFY_CODE = "/two-factor/verify-totp";
const SIGNING_IN: ReadonlySet<string | undefined> = new Set([SIGN_IN, VERIFY_CODE, "/two-factor/verify-backup-code"]);

/** Asked before any session is made, after password and code were found right: is there a reason to refuse it still? */
export function guardSessions(ctx: Context, realm: Realm) {
  return async ({ userId }: { userId: string }, call: Signing | null): Promise<void> => {
    // The library swaps the session within a transaction of its own, so a question of ours would need a second connection;
    // that of the session which is swapped has been answered when the call came in.
    if (call?.path === "/change-password") return;
    const owner = await FIND_OWNER[realm].first(ctx.db, {
      userId,
      expiredBefore: after(ctx.clock, -ONE_TIME_PASSWORD_DAYS * DAY_MS),
    });
    if (!owner) throw new SessionRefused(userId, REFUSALS.disabled);
    const { hasOneTimePassword, companyStatus } = owner;
    if (hasOneTimePassword && owner.expired) throw new SessionRefused(userId, REFUSALS.password_expired);
    const closed = companyStatus && whyClosed(companyStatus);
    if (closed) throw new SessionRefused(userId, { code: "COMPANY_SUSPENDED", message: closed });
    // The code that sets the second factor up is spent like one that signs in.
    if (call?.path === VERIFY_CODE && !(await spendCode(ctx, realm, userId, call.body?.code))) {
      throw codeUsed(userId);
    }
    if (!hasOneTimePassword || !SIGNING_IN.has(call?.path) || call?.context.session) return;
    const awaitsCode = call?.path === SIGN_IN && owner.hasSecondFactor;
    // It may have signed somebody in already: one of many at once has it.
    const isUsed = awaitsCode
      ? owner.used
      : (await SPEND_ONE_TIME_PASSWORD[realm].run(ctx.db, { userId, now: ctx.clock.now() })) === 0;
    if (isUsed) throw new SessionRefused(userId, REFUSALS.password_used);
  };
}

const FIND_OWNER = inEachRealm(({ users, accounts }, realm) =>
  statement({
    sql: `SELECT u."mustChangePassword" AS "hasOneTimePassword", u."twoFactorEnabled" AS "hasSecondFactor",
                 a."updatedAt" < $2 AS "expired", a."oneTimeUsedAt" IS NOT NULL AS "used",
                 ${realm === "company" ? `(SELECT c."status" FROM "Company" c WHERE c."id" = u."companyId")` : `NULL::"CompanyStatus"`}
                   AS "companyStatus"
            FROM "${users}" u JOIN "${accounts}" a ON a."userId" = u."id" AND a."providerId" = 'credential'
           WHERE u."id" = $1 AND u."disabledAt" IS NULL`,
    params: { userId: text, expiredBefore: timestamp },
    row: {
      hasOneTimePassword: bool,
      hasSecondFactor: bool,
      expired: known(bool),
      used: known(bool),
      companyStatus: nullable(oneOf("CompanyStatus", CompanyStatus)),
    },
  }),
);

const SPEND_ONE_TIME_PASSWORD = inEachRealm(({ accounts }) =>
  statement({
    sql: `UPDATE "${accounts}" SET "oneTimeUsedAt" = $2 WHERE "userId" = $1 AND "providerId" = 'credential'
             AND "oneTimeUsedAt" IS NULL`,
    params: { userId: text, now: timestamp },
  }),
);

/** Takes a code of a second factor for this one use; false if another one has had it (RFC 6238, 5.2). */
export async function spendCode(ctx: Context, realm: Realm, userId: string, code: unknown): Promise<boolean> {
  const key = `${realm}/${userId}/${hash("sha256", String(code), "hex")}`;
  return (await SPEND_CODE.run(ctx.db, { key, now: ctx.clock.now() })) === 1;
}

const SPEND_CODE = statement({
  sql: `INSERT INTO "UsedCode" ("key", "usedAt") VALUES ($1, $2) ON CONFLICT DO NOTHING`,
  params: { key: text, now: timestamp },
});
