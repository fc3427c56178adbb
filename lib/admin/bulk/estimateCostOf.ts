import type { Context } from "../../context.ts";
import { estimateRequeue, readCostPerLine } from "../../costs/price.ts";
import type { Sql } from "../../db/pool.ts";
import type { RequestFilter } from "../requests/requestFilter.ts";
import { selectRequests } from "../requests/selectRequests.ts";

/** So many of those that match tell how they spread over models. */
const SAMPLE = 1_000;

/** About what it costs, in euros, to send so many requests of a filter once more; null where no price is known. */
export async function estimateCostOf(
  ctx: Context,
  sql: Sql,
  filter: RequestFilter,
  matched: number,
): Promise<string | null> {
  const { sql: page, values } = selectRequests(filter, { order: "newest", after: undefined, limit: SAMPLE });
  const { rows } = await sql.query<{ model: string; count: number }>(
    `SELECT "model", count(*)::int AS "count" FROM (${page}) sample GROUP BY "model"`,
    values,
  );
  const sampled = rows.reduce((sum, { count }) => sum + count, 0);
  const spread = rows.map(({ model, count }) => ({ model, count: (count * matched) / Math.max(1, sampled) }));
  return estimateRequeue(await readCostPerLine(ctx, sql), spread);
}
