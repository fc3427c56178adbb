import { z } from "zod";
import type { Sql } from "../../db/pool.ts";
import { double, known, statement, text, timestamp, type ValuesOf } from "../../db/statement.ts";

const count = z.number().int().nonnegative();

/** How many requests went over each edge of the flow in a span of time. */
export const movement = z.object({
  imported: count,
  batched: count,
  completed: count,
  failed: count,
  returned: count.meta({ description: "Returned to pending: from a batch without an answer, or requeued." }),
});

export type Movement = z.output<typeof movement>;

/** What came into a status and left it. */
export const statusChange = { status: text, entered: known(double), left: known(double) };
export type StatusChange = ValuesOf<typeof statusChange>;

/** Every request that was not there before was imported; whatever else became pending was so before. */
export function movementOf(changes: readonly StatusChange[]): Movement {
  const entered = (status: string) =>
    changes.filter((change) => change.status === status).reduce((sum, change) => sum + change.entered, 0);
  const imported = Math.max(
    0,
    changes.reduce((sum, change) => sum + change.entered - change.left, 0),
  );
  return {
    imported,
    batched: entered("BATCHING_IN_PROGRESS"),
    completed: entered("PROCESSING_COMPLETE"),
    failed: entered("PROCESSING_FAILED"),
    returned: Math.max(0, entered("PENDING_BATCHING") - imported),
  };
}

/** Since a moment, to the minute. */
export async function readMovement(sql: Sql, since: Date): Promise<Movement> {
  return movementOf(await READ.rows(sql, { since }));
}

const READ = statement({
  sql: `SELECT "status", sum("entered")::float8 AS "entered", sum("left")::float8 AS "left" FROM "StatusFlow"
         WHERE "table" = 'AIProcessingRequest' AND "minute" >= $1 GROUP BY "status"`,
  params: { since: timestamp },
  row: statusChange,
});
