import { after } from "../clock.ts";
import type { Context } from "../context.ts";

const MINUTE_MS = 60_000;
/** When a row of each table says nothing any more: its window, lock or code is long over. */
const KEPT_MS = {
  calls: 10 * MINUTE_MS,
  signInCalls: 10 * MINUTE_MS,
  locks: 24 * 60 * MINUTE_MS,
  // The sign-in library takes a code for half a minute before and after its own.
  codes: 5 * MINUTE_MS,
  mails: 24 * 60 * MINUTE_MS,
};

/** Deletes what was counted to hold callers back, once it holds nobody back any more. */
export async function clearLimits(ctx: Context): Promise<{ cleared: number }> {
  const before = (kept: keyof typeof KEPT_MS) => after(ctx.clock, -KEPT_MS[kept]);
  const deletions = [
    await ctx.db.query(`DELETE FROM "CallCount" WHERE "windowStart" < $1`, [before("calls")]),
    // The sign-in library writes milliseconds.
    await ctx.db.query(`DELETE FROM "AuthRateLimit" WHERE "lastRequest" < $1`, [before("signInCalls").getTime()]),
    await ctx.db.query(
      `DELETE FROM "SignInLock" WHERE "updatedAt" < $1 AND ("lockedUntil" IS NULL OR "lockedUntil" < $1)`,
      [before("locks")],
    ),
    await ctx.db.query(`DELETE FROM "UsedCode" WHERE "usedAt" < $1`, [before("codes")]),
    // Those that ended: the last one holds back whoever asks for the next.
    await ctx.db.query(`DELETE FROM "OutgoingMail" WHERE "endedAt" < $1`, [before("mails")]),
  ];
  return { cleared: deletions.reduce((sum, { rowCount }) => sum + (rowCount ?? 0), 0) };
}
