import { after } from "../clock.ts";
import type { Context } from "../context.ts";
import { inTransaction } from "../db/pool.ts";
import { statement, text, timestamp } from "../db/statement.ts";
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
  let sentAgain = 0;
  for (let last: Last | undefined = { createdAt: new Date(0), id: "" }; last && !ctx.stopping.aborted; ) {
    const page = await sendAgain(ctx, kinds, last);
    sentAgain += page.sent;
    last = page.last;
  }
  const removed = await REMOVE.run(ctx.db, { before: after(ctx.clock, -KEPT_MS) });
  return { sentAgain, removed };
}

type Last = { createdAt: Date; id: string };

/** Those behind this one. `last` is missing where these were all. */
function sendAgain(ctx: Context, kinds: JobKinds, { createdAt, id }: Last): Promise<{ sent: number; last?: Last }> {
  return inTransaction(ctx.db, async (tx) => {
    const [now, before] = [ctx.clock.now(), after(ctx.clock, -MINUTE_MS)];
    const waiting = await LIST_WAITING.rows(tx, { now, before, createdAt, id });
    const ours = waiting.filter(({ kind }) => kinds.has(kind));
    const sent = ours.length > 0 ? await sendJobs(tx, ours) : 0;
    const last = waiting.length < SENT_AT_ONCE ? undefined : waiting.at(-1);
    return { sent, ...(last ? { last } : {}) };
  });
}

const LIST_WAITING = statement({
  sql: `SELECT ${JOB_COLUMNS}, "createdAt" FROM "Job"
         WHERE "state" IN ${UNFINISHED} AND ("heldUntil" IS NULL OR "heldUntil" <= $1) AND "createdAt" < $2
           AND ("createdAt", "id") > ($3::timestamptz, $4::text)
         ORDER BY "createdAt", "id" LIMIT ${SENT_AT_ONCE} FOR UPDATE SKIP LOCKED`,
  params: { now: timestamp, before: timestamp, createdAt: timestamp, id: text },
  row: { ...jobColumns, createdAt: timestamp },
});

/** By when it was asked for, of which there is an index: what ended so long ago was asked for before that. */
const REMOVE = statement({
  sql: `DELETE FROM "Job" WHERE "createdAt" < $1 AND "finishedAt" < $1`,
  params: { before: timestamp },
});
