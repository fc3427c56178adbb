import type { Context } from "../context.ts";
import type { Realm } from "./actor.ts";
import { OPEN_STATUSES } from "./companyAccess.ts";
import { REALMS } from "./realms.ts";

/** How long a password that LiveDash has made may wait for its owner. */
export const ONE_TIME_PASSWORD_DAYS = 7;
/** How long a session lasts at most. */
export const SESSION_SECONDS = 12 * 3_600;
/** How long it may lie idle. */
const IDLE_MS = 2 * 3_600_000;
/** How long a second factor that was asked for once more counts on its session. */
export const CONFIRMED_MINUTES = 10;
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

/** What a session that may be used is held to. */
interface Kept {
  /** Whether the company of its owner requires a second factor. */
  twoFactorRequired: boolean;
}

/** Undefined if a session may not be used any more: it lay idle for too long, or its owner is let in no more. */
export async function keepSession(
  ctx: Context,
  realm: Realm,
  session: Session,
  user: Owner,
): Promise<Kept | undefined> {
  const table = REALMS[realm].sessions;
  const now = ctx.clock.now();
  const idleMs = now.getTime() - session.updatedAt.getTime();
  const kept = user.disabledAt || idleMs > IDLE_MS ? undefined : await readOpenCompany(ctx, user);
  if (!kept) {
    await ctx.db.query(`DELETE FROM "${table}" WHERE "id" = $1`, [session.id]);
    return undefined;
  }
  if (idleMs > USE_NOTED_EVERY_MS) {
    await ctx.db.query(`UPDATE "${table}" SET "updatedAt" = $2 WHERE "id" = $1`, [session.id, now]);
  }
  return kept;
}

async function readOpenCompany({ db }: Context, { companyId }: Owner): Promise<Kept | undefined> {
  if (companyId === undefined) return { twoFactorRequired: false };
  const { rows } = await db.query<Kept>(
    `SELECT "twoFactorRequired" FROM "Company" WHERE "id" = $1 AND "status" IN ${OPEN_STATUSES}`,
    [companyId],
  );
  return rows[0];
}

/** Whether its owner has given the second factor, or without one the password, on this session a short while ago. */
export function isConfirmed(ctx: Pick<Context, "clock">, confirmedAt: Date | null | undefined): boolean {
  return !!confirmedAt && ctx.clock.now().getTime() - confirmedAt.getTime() < CONFIRMED_MINUTES * 60_000;
}
