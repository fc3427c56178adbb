import { setTimeout as delay } from "node:timers/promises";
import { adoptBulkRequeues } from "./admin/bulk/adoptBulkRequeues.ts";
import { askForImports } from "./admin/imports/askForImports.ts";
import { JOB_KINDS } from "./admin/jobs/kinds.ts";
import { hasAuditToKeep, keepAudit } from "./audit/keepAudit.ts";
import type { PipelineContext } from "./context.ts";
import { removeOldFiles } from "./files/storedFiles.ts";
import { keepJobs } from "./jobs/keepJobs.ts";
import { workOnJobs } from "./jobs/workOnJobs.ts";
import { sendMailsAsTheyCome } from "./mail/sendMails.ts";
import { batchCreator } from "./pipeline/batchCreator.ts";
import { batchPoller } from "./pipeline/batchPoller.ts";
import { forgetCounts } from "./pipeline/reap/forgetCounts.ts";
import { reaper } from "./pipeline/reap/reaper.ts";
import { type AccountRounds, openAccountRounds } from "./schedulers/accountRounds.ts";
import { lookForDue } from "./schedulers/lookForDue.ts";
import { openQueue, sendSlots } from "./schedulers/queue.ts";
import type { Scheduler } from "./schedulers/runScheduler.ts";
import { SCHEDULER_NAMES, SCHEDULES, type SchedulerName } from "./schedulers/schedules.ts";
import { hearOfWants, sendWanted } from "./schedulers/wants.ts";
import { clearLimits } from "./signIn/clearLimits.ts";

/** What each scheduler does; when it does so stands in schedulers/schedules.ts. */
const runsOf = (rounds: AccountRounds): Record<SchedulerName, Scheduler["run"]> => ({
  "batch-creation": (ctx) => rounds.run(ctx, "batch-creation", batchCreator),
  "batch-polling": (ctx) => rounds.run(ctx, "batch-polling", batchPoller),
  "csv-import": askForImports,
  reaper: async (ctx) => ({ ...(await forgetCounts(ctx)), ...(await rounds.run(ctx, "reaper", reaper)) }),
  "job-keeping": async (ctx) => ({
    adopted: await adoptBulkRequeues(ctx),
    ...(await keepJobs(ctx, JOB_KINDS)),
    fileParts: await removeOldFiles(ctx),
  }),
  "audit-sealing": keepAudit,
  "limit-clearing": clearLimits,
});

/** Of those that run often, and mostly find nothing. */
const IS_DUE: Partial<Record<SchedulerName, NonNullable<Scheduler["isDue"]>>> = { "audit-sealing": hasAuditToKeep };

const STOP_LIMIT_MS = 30_000;

interface Schedulers {
  /** Waits so long for what is running. Abort `ctx.stopping` first, so that it ends at its next safe point. */
  stop(limitMs?: number): Promise<void>;
}

/**
 * Starts every scheduler that its variable leaves on. Each interval has numbered slots, and each slot is one job with a
 * fixed id in PostgreSQL: over all workers it fires once. What runs at the same time all the same is kept apart by leases.
 * Beside them, it works on jobs (lib/jobs/) as they are sent.
 */
export async function startSchedulers(ctx: PipelineContext, databaseUrl: string): Promise<Schedulers> {
  const ended = new AbortController();
  const names = SCHEDULER_NAMES.filter((name) => SCHEDULES[name].isEnabled(ctx.config));
  const rounds = openAccountRounds();
  const runs = runsOf(rounds);
  const active = names.map((name): Scheduler => {
    const isDue = IS_DUE[name];
    return { name, run: runs[name], ...(isDue ? { isDue } : {}) };
  });
  const { boss, places } = await openQueue(ctx, databaseUrl, active, async (opened) => [
    ...(await workOnJobs(ctx, opened, JOB_KINDS)),
    await hearOfWants(ctx, opened),
  ]);
  const senders = active.map((scheduler) => sendSlots(ctx, boss, scheduler, ended.signal));
  senders.push(lookForDue(ctx, boss, places, () => sendWanted(ctx, boss), ended.signal));
  senders.push(sendMailsAsTheyCome(ctx, ended.signal));
  ctx.log.info({ event: "schedulers.started", schedulers: names });
  if (!ctx.config.LIVEDASH_SECRET) {
    ctx.log.warn({ event: "audit.not_sealed" }, "The audit log is not sealed by this process: set LIVEDASH_SECRET");
  }
  return {
    stop: async (limitMs = STOP_LIMIT_MS) => {
      ended.abort();
      const late = delay(limitMs, undefined, { ref: false });
      await Promise.all([...senders, boss.stop({ graceful: true, timeout: limitMs })]);
      await Promise.race([rounds.settled(), late]);
      ctx.log.info({ event: "schedulers.stopped" });
    },
  };
}
