import { createHash } from "node:crypto";
import { type Db, PgBoss } from "pg-boss";
import type { PipelineContext } from "../context.ts";
import { explainConnectionError, isLost } from "../db/connectionErrors.ts";
import { readQueue } from "../db/queueSchema.ts";
import { withSearchPath } from "../db/searchPath.ts";
import { LiveDashError, messageOf } from "../errors.ts";
import { askAgain } from "../throttle/providerStop.ts";
import { heardListen, type Listen } from "./heardListen.ts";
import { listenDirectly } from "./listenDirectly.ts";
import { LOOKS, type Place } from "./lookForDue.ts";
import { runScheduler, type Scheduler } from "./runScheduler.ts";
import { SCHEDULES, type SchedulerName, slotAt } from "./schedules.ts";
import { recordIdleRun } from "./state.ts";

const MOST_CONNECTIONS = 4;
/** A round that is so late is overdue: a database that changes its server is back by then. */
const LATE_MS = 60_000;
/** A run may take so long before its job counts as lost; the next one does not wait for it. */
const RUN_LIMIT_SECONDS = 6 * 3_600;

/**
 * The queue of jobs in PostgreSQL, with this worker at work on those of its schedulers, and on what else there is. Its tables are made by `migrate`; their
 * owner also keeps them up to date and rebuilds their indexes.
 */
export async function openQueue(
  ctx: PipelineContext,
  databaseUrl: string,
  active: readonly Scheduler[],
  workOnOthers: (boss: PgBoss) => Promise<Place[]>,
): Promise<{ boss: PgBoss; places: Place[] }> {
  const { schema, owns } = await readQueue(ctx.db);
  const isOwner = owns !== false;
  const { DIRECT_DATABASE_URL, DATABASE_POOL_SIZE } = ctx.config;
  const boss = new PgBoss({
    schema,
    migrate: isOwner,
    createSchema: isOwner,
    reindex: isOwner,
    connectionString: withSearchPath(databaseUrl),
    application_name: "livedash",
    max: Math.min(MOST_CONNECTIONS, DATABASE_POOL_SIZE),
    schedule: false,
    // None of our jobs waits for another.
    flowIntervalSeconds: 3_600,
    // Indexes that a new version of the queue builds beside its work: looked for at the start too.
    bamIntervalSeconds: 600,
    // Nobody reads its list of processes, for which it would measure each one fifty times a second.
    registerInstance: false,
    useListenNotify: true,
  });
  boss.on("error", (error) => ctx.log.error({ event: "scheduler.queue_error", error }));
  boss.on("warning", ({ message, data }) => {
    ctx.log.warn({ event: "scheduler.queue_warning", reason: reasonIn(data) }, message);
  });
  // The queue's own database can always listen; one that is handed to it might not.
  const db = boss.getDb() as Db & { listen: Listen };
  const listen = DIRECT_DATABASE_URL ? listenDirectly(ctx, DIRECT_DATABASE_URL) : db.listen.bind(db);
  db.listen = heardListen(ctx, listen);
  try {
    await boss.start();
    await askAgain(ctx);
    const places: Place[] = [];
    for (const scheduler of active) places.push(await work(ctx, boss, scheduler));
    places.push(...(await workOnOthers(boss)));
    return { boss, places };
  } catch (cause) {
    await boss.stop({ graceful: false });
    if (isLost(cause)) throw explainConnectionError(cause);
    const message = `The schedulers cannot start: ${messageOf(cause)}. They need the schema "${schema}" in the database: run \`livedash migrate\`.`;
    throw new LiveDashError("schedulers_not_started", message, { cause });
  }
}

/** Why the queue warns, where it knows. */
function reasonIn(data: unknown): string | undefined {
  const { error } = Object(data);
  return typeof error === "string" ? error : undefined;
}

async function work(ctx: PipelineContext, boss: PgBoss, scheduler: Scheduler): Promise<Place> {
  const intervalSeconds = Math.ceil(SCHEDULES[scheduler.name].intervalMs(ctx.config) / 1000);
  await boss.createQueue(scheduler.name, {
    // At most one run waits; a run that takes longer than its interval does not leave a queue behind.
    policy: "short",
    notify: true,
    retryLimit: 0,
    expireInSeconds: RUN_LIMIT_SECONDS,
    // A slot's job must outlive its slot, or it could be sent again.
    deleteAfterSeconds: Math.max(3_600, 2 * intervalSeconds),
  });
  return { queue: scheduler.name, id: await boss.work(scheduler.name, LOOKS, () => runWatched(ctx, scheduler)) };
}

async function runWatched(ctx: PipelineContext, scheduler: Scheduler): Promise<void> {
  const run = `run of ${scheduler.name}`;
  ctx.pulse?.expect(run, RUN_LIMIT_SECONDS * 1_000, overlong(scheduler.name));
  try {
    await runScheduler(ctx, scheduler);
  } finally {
    ctx.pulse?.forget(run);
  }
}

const overlong = (name: SchedulerName) =>
  `A run of the scheduler "${name}" has taken more than ${RUN_LIMIT_SECONDS / 3_600} hours. Restart this process: the next run continues.`;

/** A scheduler that says whether there is something to do is run all the same in one of so many slots, and in the first. */
const RUN_ALL_THE_SAME = 60;

/** Sends the job of each slot as it begins, the one that has already begun included; none where the scheduler has nothing to do. */
export async function sendSlots(
  ctx: PipelineContext,
  boss: PgBoss,
  { name, isDue }: Pick<Scheduler, "name" | "isDue">,
  ended: AbortSignal,
): Promise<void> {
  const interval = SCHEDULES[name].intervalMs(ctx.config);
  const expectNext = () => ctx.pulse?.expect(name, interval + LATE_MS, overdue(name, interval));
  expectNext();
  let isFirst = true;
  while (!ended.aborted) {
    const now = ctx.clock.now();
    const slot = slotAt(now, interval);
    try {
      const isRun = isFirst || slot % RUN_ALL_THE_SAME === 0 || !isDue || (await isDue(ctx));
      if (isRun) await boss.send(name, null, { id: slotId(name, interval, slot) });
      else await recordIdleRun(ctx, name, interval);
      isFirst = false;
      expectNext();
    } catch (error) {
      ctx.log.error({ event: "scheduler.not_sent", scheduler: name, error });
    }
    await ctx.clock.sleep((slot + 1) * interval - now.getTime(), ended);
  }
  ctx.pulse?.forget(name);
}

const overdue = (name: SchedulerName, intervalMs: number) =>
  `The scheduler "${name}" is overdue: its last round was more than ${(intervalMs + LATE_MS) / 1_000} seconds ago. Check the database and the log of this process.`;

/** A UUID made from the slot, the same on every worker. */
export function slotId(name: string, interval: number, slot: number): string {
  const hex = createHash("sha256").update(`${name}/${interval}/${slot}`).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
