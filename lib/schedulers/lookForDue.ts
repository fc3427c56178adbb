import { escapeIdentifier } from "pg";
import type { PgBoss } from "pg-boss";
import type { Context } from "../context.ts";
import { readQueue } from "../db/queueSchema.ts";

/** How a scheduler's worker looks for messages: often where none can wake it, else hardly ever by itself. In seconds. */
export const LOOKS = { pollingIntervalSeconds: 0.5, notifyPollingIntervalSeconds: 600 };
const LOOK_EVERY_MS = 30_000;

/** Who works on a queue: one of the workers that `work` has started. */
export interface Place {
  queue: string;
  id: string;
}

/**
 * Messages wake those who work on them. This looks for what comes due without one, for all of this process together: jobs that are tried
 * again after a pause, those of a worker that is gone, messages that were lost.
 * @param send sends what somebody wants and nobody was told of
 */
export async function lookForDue(
  ctx: Context,
  boss: PgBoss,
  places: readonly Place[],
  send: () => Promise<void>,
  ended: AbortSignal,
): Promise<void> {
  const queues = [...new Set(places.map(({ queue }) => queue))];
  let schema: string | undefined;
  while (!ended.aborted) {
    try {
      await send();
      schema ??= (await readQueue(ctx.db)).schema;
      const due = await listDue(ctx, schema, queues);
      for (const { queue, id } of places) if (due.has(queue)) boss.notifyWorker(id);
    } catch (error) {
      ctx.log.error({ event: "scheduler.due_not_looked_for", error });
    }
    await ctx.clock.sleep(LOOK_EVERY_MS, ended);
  }
}

/** Those of these queues that have a message for somebody. */
async function listDue(
  { db }: Pick<Context, "db">,
  schema: string,
  queues: readonly string[],
): Promise<ReadonlySet<string>> {
  const queue = escapeIdentifier(schema);
  const { rows } = await db.query<{ name: string }>(
    `SELECT DISTINCT "name" FROM ${queue}.job
      WHERE "name" = ANY($1) AND "state" < 'active' AND NOT "blocked" AND "start_after" <= ${queue}.job_now()`,
    [queues],
  );
  return new Set(rows.map(({ name }) => name));
}
