import type { Context } from "../../context.ts";

const DAYS_OF_FLOW = 8;
const DAYS_OF_FAILURES = 30;

/** Deletes what was counted minute by minute so long ago that nobody asks for it any more. Totals stay. */
export async function forgetCounts(ctx: Context): Promise<{ forgotten: number }> {
  const before = (days: number) => new Date(ctx.clock.now().getTime() - days * 86_400_000);
  const flow = await ctx.db.query(`DELETE FROM "StatusFlow" WHERE "minute" < $1`, [before(DAYS_OF_FLOW)]);
  const failures = await ctx.db.query(`DELETE FROM "FailureTally" WHERE "minute" < $1`, [before(DAYS_OF_FAILURES)]);
  return { forgotten: (flow.rowCount ?? 0) + (failures.rowCount ?? 0) };
}
