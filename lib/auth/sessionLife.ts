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

/** Whether a session may still be used: not one that lay idle for too long, nor one of somebody who is let in no more. */
export async function keepSession(ctx: Context, realm: Realm, session: Session, user: Owner): Promise<boolean> {
  const table = REALMS[realm].sessions;
  const now = ctx.clock.now();
  const idleMs = now.getTime() - session.updatedAt.getTime();
  if (user.disabledAt || idleMs > IDLE_MS || !(await isCompanyOpen(ctx, user))) {
    await ctx.db.query(`DELETE FROM "${table}" WHERE "id" = $1`, [session.id]);
    return false;
  }
  if (idleMs > USE_NOTED_EVERY_MS) {
    await ctx.db.query(`UPDATE "${table}" SET "updatedAt" = $2 WHERE "id" = $1`, [session.id, now]);
  }
  return true;
}

async function isCompanyOpen({ db }: Context, { companyId }: Owner): Promise<boolean> {
  if (companyId === undefined) return true;
  const { rowCount } = await db.query(`SELECT 1 FROM "Company" WHERE "id" = $1 AND "status" IN ${OPEN_STATUSES}`, [
    companyId,
  ]);
  return rowCount === 1;
}
