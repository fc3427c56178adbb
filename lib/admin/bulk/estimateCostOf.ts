import type { Context } from "../../context.ts";
import { estimateRequeue, readCostPerLine } from "../../costs/price.ts";
import type { Transaction } from "../../db/pool.ts";
import type { RequestFilter } from "../requests/requestFilter.ts";
import { selectRequests } from "../requests/selectRequests.ts";

/** So many of those that match tell how they spread over models. */
const SAMPLE = 1_000;

/** About what it costs, in euros, to send so many requests of a filter once more; null where no price is known. */
export async function estimateCostOf(
  ctx: Context,
  tx: Transaction,
  filter: RequestFilter,
  matched: number,
): Promise<string | null> {
  const page = { order: "newest", after: undefined, limit: SAMPLE } as const;
  const rows = await selectRequests<{ model: string; count: number }>(
    tx,
    filter,
    page,
    (sql) => `SELECT "model", count(*)::int AS "count" FROM (${sql}) sample GROUP BY "model"`,
  );
  const sampled = rows.reduce((sum, { count }) => sum + count, 0);
  const spread = rows.map(({ model, count }) => ({ model, count: (count * matched) / Math.max(1, sampled) }));
  return estimateRequeue(await readCostPerLine(ctx, tx), spread);
}
