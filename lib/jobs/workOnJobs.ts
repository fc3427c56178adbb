import type { PgBoss } from "pg-boss";
import type { Context } from "../context.ts";
import type { JobKind, JobKinds, Message } from "./job.ts";
import { QUEUE, queueOf } from "./queue.ts";
import { runJob } from "./runJob.ts";

/** Where nobody can be woken by a message. */
const LOOK_EVERY_SECONDS = 2;
/** A message wakes whoever waits for one; what comes due without one, the caller looks for. */
const LOOK_ALL_THE_SAME_SECONDS = 600;

/**
 * Has this process work on jobs of every kind, on so many of each at a time as the kind says. Answers who works on which queue, to be
 * woken when something comes due there.
 */
export async function workOnJobs(
  ctx: Context,
  boss: PgBoss,
  kinds: JobKinds,
): Promise<{ queue: string; id: string }[]> {
  const places: { queue: string; id: string }[] = [];
  for (const kind of kinds.values()) {
    const queue = queueOf(kind.name);
    await boss.createQueue(queue, QUEUE);
    for (let place = 0; place < kind.atOnce; place++)
      places.push({ queue, id: await takePlace(ctx, boss, kinds, kind) });
  }
  return places;
}

async function takePlace(ctx: Context, boss: PgBoss, kinds: JobKinds, kind: JobKind): Promise<string> {
  const how = { pollingIntervalSeconds: LOOK_EVERY_SECONDS, notifyPollingIntervalSeconds: LOOK_ALL_THE_SAME_SECONDS };
  const id: string = await boss.work<Message>(queueOf(kind.name), how, async ([message]) => {
    // Where there was one, there may be another: it is not waited for.
    boss.notifyWorker(id);
    if (message) await runJob(ctx, kinds, message.data);
  });
  return id;
}
