import type { Context } from "../../context.ts";
import { int, known, statement, text } from "../../db/statement.ts";
import { DRAWS, readAllowances } from "../../throttle/companyLimit.ts";

const MOST_COUNTED = 10_000;

/** Sessions of a company that wait because its limit is used up, and until when. */
interface Held {
  count: number;
  /** Whether there may be more: counting stops. */
  atLeast: boolean;
  limit: "day" | "month";
  until: Date;
}

/** Not as the tenant, who sees no requests: nothing but a number of this company leaves. */
export async function readHeld(ctx: Pick<Context, "clock" | "db">, companyId: string): Promise<Held | null> {
  const { usedUp = null, until = null } = (await readAllowances(ctx, ctx.db, [companyId])).get(companyId) ?? {};
  if (usedUp === null || until === null) return null;
  const { count } = await COUNT_HELD.one(ctx.db, { companyId });
  return count === 0 ? null : { count, atLeast: count >= MOST_COUNTED, limit: usedUp, until };
}

const COUNT_HELD = statement({
  sql: `SELECT count(*)::int AS "count" FROM (
          SELECT 1 FROM "AIProcessingRequest"
           WHERE "companyId" = $1 AND "processingStatus" = 'PENDING_BATCHING' AND ${DRAWS} LIMIT ${MOST_COUNTED}) found`,
  params: { companyId: text },
  row: { count: known(int) },
});
