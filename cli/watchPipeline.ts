import { countClaimable, isIdle, type Progress, readProgress } from "../lib/admin/overview/readProgress.ts";
import { readStopped, sayStopped } from "../lib/admin/spending/setStopped.ts";
import type { PipelineContext } from "../lib/context.ts";
import { type ModelStop, readModelStops } from "../lib/throttle/modelStop.ts";
import { accountRefusals } from "./accountRefusals.ts";
import { copiedNotice } from "./notices.ts";
import type { ProgressView } from "./progress.ts";

const PAUSE_MS = 500;
/** Counting a million requests takes a while: the database should not be busy with the progress bar. */
const PAUSE_FACTOR = 10;

/** Why the watching ended: nothing left to do, asked to stop, or what only a person can lift or decide. */
export type Watched =
  | { end: "idle"; progress: Progress }
  | { end: "stopped"; progress: Progress }
  | { end: "provider_stopped" | "spending_stopped" | "database_copied"; progress: Progress; reason: string };

/**
 * Shows the pipeline's progress until it is idle, or until the process is asked to stop.
 * @param options.stopsSince ends also when all spending is stopped, or the provider refuses what is left, by what was met
 *   since then, and nothing in flight gets any further, or when the database is found to be a copy
 */
export async function watchUntilIdle(
  ctx: PipelineContext,
  view: ProgressView,
  options: { stopsSince?: Date } = {},
): Promise<Watched> {
  const whyHeld = options.stopsSince && refusalsSince(ctx, view, options.stopsSince);
  const first = await readProgress(ctx);
  const before = first.complete + first.failed;
  for (let progress = first; ; ) {
    const startedAt = performance.now();
    progress = await readAgain(ctx, progress);
    const took = performance.now() - startedAt;
    show(progress, before, view);
    if (isIdle(progress)) return { end: "idle", progress };
    if (ctx.stopping.aborted) return { end: "stopped", progress };
    const copied = options.stopsSince ? await copiedNotice(ctx).catch(() => undefined) : undefined;
    if (copied !== undefined) return { end: "database_copied", progress, reason: copied };
    const spending = options.stopsSince ? await readStopped(ctx.db).catch(() => null) : null;
    const isHeld = progress.openBatches === progress.unsentBatches && progress.unfinishedJobs === 0;
    if (spending && isHeld) return { end: "spending_stopped", progress, reason: sayStopped(spending) };
    const reason = await whyHeld?.(progress);
    if (reason !== undefined) return { end: "provider_stopped", progress, reason };
    await ctx.clock.sleep(Math.max(PAUSE_MS, took * PAUSE_FACTOR), ctx.stopping);
  }
}

/**
 * Tells why nothing is left that could go on: the account is refused again and again, or each model that something waits
 * for is stopped. What was sent before this process began may meet what has been mended since: only what is sent later counts.
 */
function refusalsSince(ctx: PipelineContext, view: ProgressView, since: Date) {
  const whyAccountHeld = accountRefusals(ctx, view, since);
  return async (progress: Progress): Promise<string | undefined> => {
    try {
      const models = await confirmedStops(ctx, since);
      return (await whyAccountHeld(progress, models)) ?? (await whyModelsHeld(ctx, progress, models));
    } catch (error) {
      ctx.log.warn({ event: "progress.not_read", error });
      return undefined;
    }
  };
}

async function confirmedStops(ctx: PipelineContext, since: Date): Promise<ModelStop[]> {
  return (await readModelStops(ctx)).filter((stop) => (stop.lastSentAt ?? stop.seenAt) >= since && isConfirmed(stop));
}

async function whyModelsHeld(
  ctx: PipelineContext,
  progress: Progress,
  models: readonly ModelStop[],
): Promise<string | undefined> {
  if (models.length === 0 || progress.openBatches > 0 || progress.unfinishedJobs > 0) return undefined;
  const besides = { models: models.map(({ model }) => model), stopped: false };
  if ((await countClaimable(ctx, ctx.db, besides)) > 0) return undefined;
  return models.map(({ model, message }) => `${model}: ${message}`).join(" ");
}

/** Refusals for no known reason may come of single lines: the next batch, a small one, tells. */
function isConfirmed({ code, stoppedAt, seenAt }: ModelStop): boolean {
  return code !== "refused_again" || seenAt > stoppedAt;
}

/** A database that is away for a moment does not end the watching, as it does not end the schedulers. */
async function readAgain(ctx: PipelineContext, last: Progress): Promise<Progress> {
  try {
    return await readProgress(ctx);
  } catch (error) {
    ctx.log.warn({ event: "progress.not_read", error });
    return { ...last, openBatches: Math.max(1, last.openBatches), heldBatches: 0, unsentBatches: 0 };
  }
}

/** What was done before is not shown: the bars begin where this run begins. */
function show(progress: Progress, before: number, view: ProgressView): void {
  const done = progress.complete + progress.failed - before;
  const total = progress.pending + progress.inBatch + done;
  if (total === 0) return;
  view.set("batching", total - progress.pending, total);
  view.set("provider", Math.min(total, done + progress.finishedAtProvider), total);
  view.set("collecting", done, total);
}
