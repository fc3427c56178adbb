import type { Sql } from "../../db/pool.ts";

/** How many rows of a table stand in each status, by its counters: the cost does not grow with the rows. */
export async function readCounters(
  sql: Sql,
  table: "AIProcessingRequest" | "AIBatchRequest",
): Promise<Map<string, number>> {
  const { rows } = await sql.query<{ status: string; count: number }>(
    `SELECT "status", sum("count")::float8 AS "count" FROM "StatusCounter" WHERE "table" = $1 GROUP BY "status"`,
    [table],
  );
  return new Map(rows.map(({ status, count }) => [status, count]));
}
