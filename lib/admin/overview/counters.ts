import type { Sql } from "../../db/pool.ts";
import { double, known, statement, text } from "../../db/statement.ts";

/** How many rows of a table stand in each status, by its counters: the cost does not grow with the rows. */
export async function readCounters(
  sql: Sql,
  table: "AIProcessingRequest" | "AIBatchRequest",
): Promise<Map<string, number>> {
  return new Map((await READ.rows(sql, { table })).map(({ status, count }) => [status, count]));
}

const READ = statement({
  sql: `SELECT "status", sum("count")::float8 AS "count" FROM "StatusCounter" WHERE "table" = $1 GROUP BY "status"`,
  params: { table: text },
  row: { status: text, count: known(double) },
});
