import { after } from "../clock.ts";
import type { Context } from "../context.ts";
import { bigint, statement, timestamp } from "../db/statement.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** Deletes what was counted to hold callers back, once it holds nobody back any more: its window, lock or code is long over. */
export async function clearLimits({ db, clock }: Context): Promise<{ cleared: number }> {
  const ago = (ms: number) => ({ before: after(clock, -ms) });
  const cleared = [
    await CLEAR_CALLS.run(db, ago(10 * MINUTE_MS)),
    // The sign-in library writes milliseconds.
    await CLEAR_SIGN_IN_CALLS.run(db, { before: ago(10 * MINUTE_MS).before.getTime() }),
    await CLEAR_LOCKS.run(db, ago(DAY_MS)),
    // The sign-in library takes a code for half a minute before and after its own.
    await CLEAR_CODES.run(db, ago(5 * MINUTE_MS)),
    // Those that ended: the last one holds back whoever asks for the next.
    await CLEAR_MAILS.run(db, ago(DAY_MS)),
  ];
  return { cleared: cleared.reduce((sum, count) => sum + count, 0) };
}

const before = timestamp;
const CLEAR_CALLS = statement({ sql: `DELETE FROM "CallCount" WHERE "windowStart" < $1`, params: { before } });
const CLEAR_SIGN_IN_CALLS = statement({
  sql: `DELETE FROM "AuthRateLimit" WHERE "lastRequest" < $1`,
  params: { before: bigint },
});
const CLEAR_LOCKS = statement({
  sql: `DELETE FROM "SignInLock" WHERE "updatedAt" < $1 AND ("lockedUntil" IS NULL OR "lockedUntil" < $1)`,
  params: { before },
});
const CLEAR_CODES = statement({ sql: `DELETE FROM "UsedCode" WHERE "usedAt" < $1`, params: { before } });
const CLEAR_MAILS = statement({ sql: `DELETE FROM "OutgoingMail" WHERE "endedAt" < $1`, params: { before } });
