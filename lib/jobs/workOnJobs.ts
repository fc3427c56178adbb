import type { PgBoss } from "pg-boss";
import type { Context } from "../context.ts";
import type { JobKind, JobKinds, Message } from "./job.ts";
import { QUEUE, queueOf } from "./queue.ts";
import { runJob } from "./runJob.ts";

/** Where nobody can be woken by a message. */
const LOOK_EVERY_SECONDS = 2;
/** A message wakes whoever waits for one: this is for those that come back after a pause, or whose worker is gone for a minute. */
const LOOK_ALL_THE_SAME_SECONDS = 30;

/** Has this process work on jobs of every kind, on so many of each at a time as the kind says. */
export async function workOnJobs(ctx: Context, boss: PgBoss, kinds: JobKinds): Promise<void> {
  for (const kind of kinds.values()) {
    await boss.createQueue(queueOf(kind.name), QUEUE);
    for (let place = 0; place < kind.atOnce; place++) await takePlace(ctx, boss, kinds, kind);
  }
}

async function takePlace(ctx: Context, boss: PgBoss, kinds: JobKinds, kind: JobKind): Promise<void> {
  const how = { pollingIntervalSeconds: LOOK_EVERY_SECONDS, notifyPollingIntervalSeconds: LOOK_ALL_THE_SAME_SECONDS };
  const id: string = await boss.work<Message>(queueOf(kind.name), how, async ([message]) => {
    // Where there was one, there may be another: it is not waited for.
    boss.notifyWorker(id);
    if (message) await runJob(ctx, kinds, message.data);
  });
}
