import { after } from "../clock.ts";
import type { Context } from "../context.ts";
import { inTransaction } from "../db/pool.ts";
import { statement, timestamp } from "../db/statement.ts";
import { JOB_COLUMNS, type JobKinds, jobColumns, UNFINISHED } from "./job.ts";
import { sendJobs } from "./queue.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** How long a job that has ended is shown. */
const KEPT_MS = 90 * DAY_MS;
const SENT_AT_ONCE = 200;

/**
 * Sends jobs again of which the queue knows nothing any more, such as after a backup without it was restored, and removes
 * those that ended long ago. Of what the queue still has, it takes no second message.
 */
export async function keepJobs(ctx: Context, kinds: JobKinds): Promise<{ sentAgain: number; removed: number }> {
  const now = ctx.clock.now();
  const sentAgain = await inTransaction(ctx.db, async (tx) => {
    const waiting = await LIST_WAITING.rows(tx, { now, before: after(ctx.clock, -MINUTE_MS) });
    const ours = waiting.filter(({ kind }) => kinds.has(kind));
    return ours.length > 0 ? await sendJobs(tx, ours) : 0;
  });
  const removed = await REMOVE.run(ctx.db, { before: after(ctx.clock, -KEPT_MS) });
  return { sentAgain, removed };
}

const LIST_WAITING = statement({
  sql: `SELECT ${JOB_COLUMNS} FROM "Job"
         WHERE "state" IN ${UNFINISHED} AND ("heldUntil" IS NULL OR "heldUntil" <= $1) AND "createdAt" < $2
         ORDER BY "createdAt", "id" LIMIT ${SENT_AT_ONCE} FOR UPDATE SKIP LOCKED`,
  params: { now: timestamp, before: timestamp },
  row: jobColumns,
});

/** By when it was asked for, of which there is an index: what ended so long ago was asked for before that. */
const REMOVE = statement({
  sql: `DELETE FROM "Job" WHERE "createdAt" < $1 AND "finishedAt" < $1`,
  params: { before: timestamp },
});
