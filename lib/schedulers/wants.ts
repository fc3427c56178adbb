import type { PgBoss, Queue } from "pg-boss";
import type { Context } from "../context.ts";
import type { Transaction } from "../db/pool.ts";
import { ensureQueue, withQueue } from "../db/queueInTransaction.ts";
import { QUEUE_VERSION, readQueue } from "../db/queueSchema.ts";
import { LOOKS, type Place } from "./lookForDue.ts";
import { slotId } from "./queue.ts";
import { SCHEDULER_NAMES, type SchedulerName } from "./schedules.ts";
import { LIST_WANTED, noteWanted } from "./state.ts";

/** Its messages wake a worker when somebody wants a run at once. One that waits stands for all. */
const WANTS = { name: "scheduler-wants", policy: "short", notify: true, retryLimit: 0 } as const satisfies Queue;

/** Asks for a run of these schedulers at once, beside those of their intervals. */
export async function wantRuns(
  ctx: Pick<Context, "clock">,
  tx: Transaction,
  names: readonly SchedulerName[],
): Promise<void> {
  for (const name of names) await noteWanted(ctx, tx, name);
  await tellOfWants(tx);
}

/** Wakes a worker once this transaction is committed. Where the queue is not there yet, whoever makes it looks for what is wanted. */
export async function tellOfWants(tx: Transaction): Promise<void> {
  const { schema, version } = await readQueue(tx);
  if (version !== QUEUE_VERSION) return;
  await withQueue(tx, schema, async (boss) => {
    await ensureQueue(tx, boss, schema, WANTS);
    await boss.send(WANTS.name, null);
  });
}

/** Has this worker woken by those messages. */
export async function hearOfWants(ctx: Context, boss: PgBoss): Promise<Place> {
  const { name, ...options } = WANTS;
  await boss.createQueue(name, options);
  return { queue: name, id: await boss.work(name, LOOKS, () => sendWanted(ctx, boss)) };
}

/** Sends a job for each run that is wanted, over all workers one; of schedulers that some worker has. */
export async function sendWanted(ctx: Context, boss: PgBoss): Promise<void> {
  for (const { name, wantedAt } of await LIST_WANTED.rows(ctx.db, {})) {
    const known = SCHEDULER_NAMES.find((one) => one === name);
    if (known && (await boss.getQueue(known)))
      await boss.send(known, null, { id: slotId(known, 0, wantedAt.getTime()) });
  }
}
