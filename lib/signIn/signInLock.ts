import { hash } from "node:crypto";
import type { Realm } from "../auth/actor.ts";
import type { Context } from "../context.ts";
import type { Sql } from "../db/pool.ts";
import { statement, text, timestamp } from "../db/statement.ts";

const MOST_FAILURES = 8;
const LOCK_MINUTES = 15;

/**
 * An address is locked by what it is, whether or not somebody has it: so a lock tells nobody who exists. A device that its
 * owner has signed in with before has a count of its own, so that strangers cannot lock the owner out.
 */
export function lockKey(realm: Realm, email: string, device?: string): string {
  const key = `${realm}/${hash("sha256", email.trim().toLowerCase(), "hex")}`;
  return device === undefined ? key : `${key}/${hash("sha256", device, "hex")}`;
}

/** Wrong codes that are given on a session are counted for the user. */
export function codeLockKey(realm: Realm, userId: string): string {
  return `${realm}/code/${hash("sha256", userId, "hex")}`;
}

/**
 * Counts an attempt before its password is looked at, so that many at once are not more than many in a row. Answers
 * false if the address is locked: that many wrong ones lock it for a while, a right one clears them.
 */
export async function beginAttempt(ctx: Context, key: string): Promise<boolean> {
  return (await BEGIN_ATTEMPT.run(ctx.db, { key, now: ctx.clock.now() })) === 1;
}

const LOCK_TIME = `interval '${LOCK_MINUTES} minutes'`;
const BEGIN_ATTEMPT = statement({
  sql: `
  INSERT INTO "SignInLock" AS l ("key", "failures", "updatedAt") VALUES ($1, 1, $2)
  ON CONFLICT ("key") DO UPDATE SET "updatedAt" = $2,
    "failures" = CASE WHEN l."lockedUntil" IS NOT NULL OR l."updatedAt" < $2::timestamptz - ${LOCK_TIME}
                      THEN 1 ELSE l."failures" + 1 END,
    "lockedUntil" = CASE WHEN l."lockedUntil" IS NULL AND l."failures" + 1 >= ${MOST_FAILURES}
                          AND l."updatedAt" >= $2::timestamptz - ${LOCK_TIME}
                         THEN $2::timestamptz + ${LOCK_TIME} END
   WHERE l."lockedUntil" IS NULL OR l."lockedUntil" <= $2`,
  params: { key: text, now: timestamp },
});

/** Lifts the locks of an address, those of its devices too: its password is another one from now on. */
export async function liftLocks({ db }: { db: Sql }, realm: Realm, email: string): Promise<void> {
  const key = lockKey(realm, email);
  await LIFT_LOCKS.run(db, { key, ofDevices: `${key}/` });
}

const LIFT_LOCKS = statement({
  sql: `DELETE FROM "SignInLock" WHERE "key" = $1 OR starts_with("key", $2)`,
  params: { key: text, ofDevices: text },
});

/** Forgets the attempts that were counted: one was right. */
export const CLEAR_ATTEMPTS = statement({ sql: `DELETE FROM "SignInLock" WHERE "key" = $1`, params: { key: text } });
