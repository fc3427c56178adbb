import { z } from "zod";
import { time } from "../../api/fields.ts";
import type { Sql } from "../../db/pool.ts";
import { int, known, statement, timestamp } from "../../db/statement.ts";
import { movement, movementOf, type StatusChange, statusChange } from "./movement.ts";
import type { Summary } from "./summary.ts";

const BUCKET_MS = 5 * 60_000;
const BUCKETS = (24 * 3_600_000) / BUCKET_MS;

const count = z.number().int();

export const bucket = movement.extend({
  at: time.meta({ description: "When it starts." }),
  pending: count.meta({ description: "At its end." }),
  inBatch: count,
});

export const series = z.object({
  bucketMs: z.number().int(),
  buckets: z.array(bucket).meta({ description: "The last 24 hours, oldest first, without the current interval." }),
});

type Bucket = z.input<typeof bucket>;

/**
 * Backlog and throughput over the last day. Only what moved is recorded: what stood there at the end of a bucket is what
 * stands there now without what came later. `counts` must be of the same snapshot.
 */
export async function readSeries(
  sql: Sql,
  now: Date,
  counts: Summary,
): Promise<{ series: z.input<typeof series>; current: Bucket }> {
  const newest = Math.floor(now.getTime() / BUCKET_MS);
  const rows = await READ.rows(sql, { from: new Date((newest - BUCKETS) * BUCKET_MS), bucketMs: BUCKET_MS });
  // The database's clock may be a little ahead.
  const byBucket = Map.groupBy(rows, ({ at }) => Math.min(newest, at.getTime() / BUCKET_MS));
  let { pending_batching: pending, batching_in_progress: inBatch } = counts;
  const stepBack = (number: number): Bucket => {
    const changes = byBucket.get(number) ?? [];
    const found = { at: new Date(number * BUCKET_MS), ...movementOf(changes), pending, inBatch };
    pending -= net(changes, "PENDING_BATCHING");
    inBatch -= net(changes, "BATCHING_IN_PROGRESS");
    return found;
  };
  const current = stepBack(newest);
  const closed = Array.from({ length: BUCKETS }, (_, index) => stepBack(newest - 1 - index));
  return { series: { bucketMs: BUCKET_MS, buckets: closed.reverse() }, current };
}

function net(changes: readonly StatusChange[], status: string): number {
  return changes
    .filter((change) => change.status === status)
    .reduce((sum, { entered, left }) => sum + entered - left, 0);
}

const READ = statement({
  sql: `SELECT date_bin($2::int * interval '1 ms', "minute", 'epoch') AS "at", "status",
               sum("entered")::float8 AS "entered", sum("left")::float8 AS "left"
          FROM "StatusFlow" WHERE "table" = 'AIProcessingRequest' AND "minute" >= $1 GROUP BY 1, "status"`,
  params: { from: timestamp, bucketMs: int },
  row: { at: known(timestamp), ...statusChange },
});
