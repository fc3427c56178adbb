import type { Realm } from "../auth/actor.ts";
import { OPEN_STATUSES } from "../auth/companyAccess.ts";
import { inEachRealm } from "../auth/realms.ts";
import type { Context } from "../context.ts";
import { bool, type RowOf, statement, text, timestamp } from "../db/statement.ts";

/** How long a password that LiveDash has made may wait for its owner. */
export const ONE_TIME_PASSWORD_DAYS = 7;
/** How long a session lasts at most. */
export const SESSION_SECONDS = 12 * 3_600;
/** How long it may lie idle. */
const IDLE_MS = 2 * 3_600_000;
/** How exactly its last use is noted: one that is used all the time need not write its row at every call. */
const USE_NOTED_EVERY_MS = 60_000;

interface Session {
  id: string;
  updatedAt: Date;
}

interface Owner {
  disabledAt?: Date | null | undefined;
  companyId?: string | undefined;
}

/** What a session that may be used is held to: whether the company of its owner requires a second factor. */
type Kept = RowOf<typeof FIND_OPEN_COMPANY>;

/** Undefined if a session may not be used any more: it lay idle for too long, or its owner is let in no more. */
export async function keepSession(
  ctx: Context,
  realm: Realm,
  session: Session,
  user: Owner,
): Promise<Kept | undefined> {
  const now = ctx.clock.now();
  const idleMs = now.getTime() - session.updatedAt.getTime();
  const kept = user.disabledAt || idleMs > IDLE_MS ? undefined : await readOpenCompany(ctx, user);
  if (!kept) {
    await END_SESSION[realm].run(ctx.db, { id: session.id });
    return undefined;
  }
  if (idleMs > USE_NOTED_EVERY_MS) {
    await NOTE_USE[realm].run(ctx.db, { id: session.id, now });
  }
  return kept;
}

const END_SESSION = inEachRealm(({ sessions }) =>
  statement({ sql: `DELETE FROM "${sessions}" WHERE "id" = $1`, params: { id: text } }),
);

const NOTE_USE = inEachRealm(({ sessions }) =>
  statement({
    sql: `UPDATE "${sessions}" SET "updatedAt" = $2 WHERE "id" = $1`,
    params: { id: text, now: timestamp },
  }),
);

async function readOpenCompany({ db }: Context, { companyId }: Owner): Promise<Kept | undefined> {
  return companyId === undefined ? { twoFactorRequired: false } : FIND_OPEN_COMPANY.first(db, { companyId });
}

const FIND_OPEN_COMPANY = statement({
  sql: `SELECT "twoFactorRequired" FROM "Company" WHERE "id" = $1 AND "status" IN ${OPEN_STATUSES}`,
  params: { companyId: text },
  row: { twoFactorRequired: bool },
});
