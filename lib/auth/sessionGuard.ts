import { createHash } from "node:crypto";
import { APIError } from "better-auth/api";
import type { Context } from "../context.ts";
import type { Realm } from "./actor.ts";
import { REALMS } from "./realms.ts";

/** The library takes a code for half a minute before and after its own; it is kept for longer than that. */
const CODE_KEPT_MS = 5 * 60_000;

/** A session that is refused after password and code were right. To whoever tries it, they read as wrong. */
export class SessionRefused extends APIError {
  readonly userId: string;
  readonly reason: "disabled" | "code_used";

  constructor(userId: string, reason: SessionRefused["reason"]) {
    super(
      "UNAUTHORIZED",
      reason === "disabled"
        ? { code: "INVALID_EMAIL_OR_PASSWORD", message: "Invalid email or password" }
        : { code: "INVALID_CODE", message: "Invalid code" },
    );
    this.userId = userId;
    this.reason = reason;
  }
}

interface Signing {
  path?: string;
  body?: { code?: unknown };
  context: { session: unknown };
}

/** Asked before any session is made, after password and code were found right: is there a reason to refuse it still? */
export function guardSessions(ctx: Context, realm: Realm) {
  return async (session: { userId: string }, call: Signing | null): Promise<void> => {
    const { rowCount } = await ctx.db.query(
      `SELECT 1 FROM "${REALMS[realm].users}" WHERE "id" = $1 AND "disabledAt" IS NULL`,
      [session.userId],
    );
    if (rowCount === 0) throw new SessionRefused(session.userId, "disabled");
    // Somebody who has a session enters the code to set up the second factor, not to sign in.
    if (call?.path !== "/two-factor/verify-totp" || call.context.session) return;
    if (await spendCode(ctx, `${realm}/${session.userId}/${hashOf(String(call.body?.code))}`)) return;
    throw new SessionRefused(session.userId, "code_used");
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
