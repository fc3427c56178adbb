import { createHash } from "node:crypto";
import { PgBoss } from "pg-boss";
import { batchCreator } from "./batch/batchCreator.ts";
import { batchPoller } from "./batch/batchPoller.ts";
import { askAgain } from "./batch/providerStop.ts";
import { reaper } from "./batch/reaper.ts";
import type { Config } from "./config.ts";
import type { PipelineContext } from "./context.ts";
import { LiveDashError, messageOf } from "./errors.ts";
import { importCompanyCsvs } from "./import/importCompanyCsvs.ts";

/** What runs when, and which environment variable switches it. */
interface Scheduler {
  name: "batch-creation" | "batch-polling" | "csv-import" | "reaper";
  isEnabled(config: Config): boolean;
  intervalMs(config: Config): number;
  run(ctx: PipelineContext): Promise<object>;
}

const SCHEDULERS: readonly Scheduler[] = [
  {
    name: "batch-creation",
    isEnabled: (config) => config.BATCH_CREATION_ENABLED,
    intervalMs: (config) => config.BATCH_CREATION_INTERVAL,
    run: batchCreator,
  },
  {
    name: "batch-polling",
    isEnabled: (config) => config.BATCH_POLLING_ENABLED,
    intervalMs: (config) => config.BATCH_POLLING_INTERVAL,
    run: batchPoller,
  },
  {
    name: "csv-import",
    isEnabled: (config) => config.CSV_IMPORT_ENABLED,
    intervalMs: (config) => config.CSV_IMPORT_INTERVAL,
    run: importCompanyCsvs,
  },
  {
    name: "reaper",
    isEnabled: (config) => config.REAPER_ENABLED,
    intervalMs: (config) => config.REAPER_INTERVAL,
    run: reaper,
  },
];

/** A run may take so long before its job counts as lost; the next one does not wait for it. */
const RUN_LIMIT_SECONDS = 6 * 3_600;
const STOP_LIMIT_MS = 30_000;

/**
 * Starts every scheduler that its variable leaves on. Each interval has numbered slots, and each slot is one job with a
 * fixed id in PostgreSQL: over all workers it fires once. What runs at the same time all the same is kept apart by leases.
 * `stop` waits for what is running; abort `ctx.stopping` first, so that it ends at its next safe point.
 */
export async function startSchedulers(ctx: PipelineContext, databaseUrl: string): Promise<{ stop(): Promise<void> }> {
  const boss = new PgBoss({
    connectionString: databaseUrl,
    application_name: "livedash",
    max: 4,
    schedule: false,
    useListenNotify: true,
  });
  boss.on("error", (error) => ctx.log.error({ event: "scheduler.queue_error", error }));
  const ended = new AbortController();
  const active = SCHEDULERS.filter((scheduler) => scheduler.isEnabled(ctx.config));
  await open(ctx, boss, active);
  const tickers = active.map((scheduler) => tick(ctx, boss, scheduler, ended.signal));
  ctx.log.info({ event: "schedulers.started", schedulers: active.map((scheduler) => scheduler.name) });
  return {
    stop: async () => {
      ended.abort();
      await Promise.all(tickers);
      await boss.stop({ graceful: true, timeout: STOP_LIMIT_MS });
      ctx.log.info({ event: "schedulers.stopped" });
    },
  };
}

async function open(ctx: PipelineContext, boss: PgBoss, active: readonly Scheduler[]): Promise<void> {
  try {
    await boss.start();
    await askAgain(ctx);
    for (const scheduler of active) await work(ctx, boss, scheduler);
  } catch (cause) {
    await boss.stop({ graceful: false });
    const message = `The schedulers cannot start: ${messageOf(cause)}. They need a schema "pgboss" in the database.`;
    throw new LiveDashError("schedulers_not_started", message, { cause });
  }
}

async function work(ctx: PipelineContext, boss: PgBoss, scheduler: Scheduler): Promise<void> {
  const intervalSeconds = Math.ceil(scheduler.intervalMs(ctx.config) / 1000);
  await boss.createQueue(scheduler.name, {
    // At most one run waits; a run that takes longer than its interval does not leave a queue behind.
    policy: "short",
    notify: true,
    retryLimit: 0,
    expireInSeconds: RUN_LIMIT_SECONDS,
    // A slot's job must outlive its slot, or it could be sent again.
    deleteAfterSeconds: Math.max(3_600, 2 * intervalSeconds),
  });
  await boss.work(scheduler.name, { pollingIntervalSeconds: 0.5 }, () => runOnce(ctx, scheduler));
}

async function runOnce(ctx: PipelineContext, scheduler: Scheduler): Promise<void> {
  const startedAt = ctx.clock.now().getTime();
  try {
    const result = await scheduler.run(ctx);
    const durationMs = ctx.clock.now().getTime() - startedAt;
    ctx.log.debug({ event: "scheduler.ran", scheduler: scheduler.name, durationMs, ...result });
  } catch (error) {
    ctx.log.error({ event: "scheduler.failed", scheduler: scheduler.name, error });
    throw error;
  }
}

/** Sends the job of each slot as it begins, the one that has already begun included. */
async function tick(ctx: PipelineContext, boss: PgBoss, scheduler: Scheduler, ended: AbortSignal): Promise<void> {
  const interval = scheduler.intervalMs(ctx.config);
  while (!ended.aborted) {
    const now = ctx.clock.now().getTime();
    const slot = Math.floor(now / interval);
    try {
      await boss.send(scheduler.name, null, { id: slotId(scheduler.name, interval, slot) });
    } catch (error) {
      ctx.log.error({ event: "scheduler.not_sent", scheduler: scheduler.name, error });
    }
    await ctx.clock.sleep((slot + 1) * interval - now, ended);
  }
}

/** A UUID made from the slot, the same on every worker. */
function slotId(name: string, interval: number, slot: number): string {
  const hex = createHash("sha256").update(`${name}/${interval}/${slot}`).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
