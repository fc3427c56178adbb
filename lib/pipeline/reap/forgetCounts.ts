import type { Context } from "../../context.ts";
import { statement, timestamp } from "../../db/statement.ts";

const DAYS_OF_FLOW = 8;
const DAYS_OF_FAILURES = 30;

/** Deletes what was counted minute by minute so long ago that nobody asks for it any more. Totals stay. */
export async function forgetCounts(ctx: Context): Promise<{ forgotten: number }> {
  const before = (days: number) => new Date(ctx.clock.now().getTime() - days * 86_400_000);
  const flow = await FORGET_FLOW.run(ctx.db, { before: before(DAYS_OF_FLOW) });
  const failures = await FORGET_FAILURES.run(ctx.db, { before: before(DAYS_OF_FAILURES) });
  return { forgotten: flow + failures };
}

const FORGET_FLOW = statement({
  sql: `DELETE FROM "StatusFlow" WHERE "minute" < $1`,
  params: { before: timestamp },
});

const FORGET_FAILURES = statement({
  sql: `DELETE FROM "FailureTally" WHERE "minute" < $1`,
  params: { before: timestamp },
});
