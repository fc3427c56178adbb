import { createHash } from "node:crypto";
import { APIError } from "better-auth/api";
import { after } from "../clock.ts";
import type { Context } from "../context.ts";
import type { CompanyStatus } from "../db/generated/enums.ts";
import type { Realm } from "./actor.ts";
import { whyClosed } from "./companyAccess.ts";
import { REALMS } from "./realms.ts";
import { ONE_TIME_PASSWORD_DAYS } from "./sessionLife.ts";

const DAY_MS = 86_400_000;

/** The library takes a code for half a minute before and after its own; it is kept for longer than that. */
const CODE_KEPT_MS = 5 * 60_000;

/** What is said of a refusal. But for a password that came too late, and a company that is suspended, it reads as wrong. */
const REFUSALS = {
  disabled: { code: "INVALID_EMAIL_OR_PASSWORD", message: "Invalid email or password" },
  code_used: { code: "INVALID_CODE", message: "Invalid code" },
  password_expired: {
    code: "PASSWORD_EXPIRED",
    message: `This one-time password has expired after ${ONE_TIME_PASSWORD_DAYS} days. Ask an administrator for a new one.`,
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

interface Signing {
  path?: string;
  body?: { code?: unknown };
  context: { session: unknown };
}

/** Asked before any session is made, after password and code were found right: is there a reason to refuse it still? */
export function guardSessions(ctx: Context, realm: Realm) {
  const { users, accounts } = REALMS[realm];
  return async (session: { userId: string }, call: Signing | null): Promise<void> => {
    const status = realm === "company" ? `(SELECT c."status" FROM "Company" c WHERE c."id" = u."companyId")` : "NULL";
    const { rows } = await ctx.db.query<{ expired: boolean; companyStatus: CompanyStatus | null }>(
      `SELECT u."mustChangePassword" AND a."updatedAt" < $2 AS "expired", ${status} AS "companyStatus"
         FROM "${users}" u JOIN "${accounts}" a ON a."userId" = u."id" AND a."providerId" = 'credential'
        WHERE u."id" = $1 AND u."disabledAt" IS NULL`,
      [session.userId, after(ctx.clock, -ONE_TIME_PASSWORD_DAYS * DAY_MS)],
    );
    if (!rows[0]) throw new SessionRefused(session.userId, REFUSALS.disabled);
    if (rows[0].expired) throw new SessionRefused(session.userId, REFUSALS.password_expired);
    const closed = rows[0].companyStatus && whyClosed(rows[0].companyStatus);
    if (closed) throw new SessionRefused(session.userId, { code: "COMPANY_SUSPENDED", message: closed });
    // Somebody who has a session enters the code to set up the second factor, not to sign in.
    if (call?.path !== "/two-factor/verify-totp" || call.context.session) return;
    if (await spendCode(ctx, `${realm}/${session.userId}/${hashOf(String(call.body?.code))}`)) return;
    throw new SessionRefused(session.userId, REFUSALS.code_used);
  };
}

/** Takes a code for this one sign-in; false if another one has had it (RFC 6238, 5.2). */
async function spendCode(ctx: Context, key: string): Promise<boolean> {
  const now = ctx.clock.now();
  await ctx.db.query(`DELETE FROM "UsedCode" WHERE "usedAt" < $1`, [new Date(now.getTime() - CODE_KEPT_MS)]);
  const { rowCount } = await ctx.db.query(
    `INSERT INTO "UsedCode" ("key", "usedAt") VALUES ($1, $2) ON CONFLICT DO NOTHING`,
    [key, now],
  );
  return rowCount === 1;
}

function hashOf(code: string): string {
  return createHash("sha256").update(code).digest("hex");
}
