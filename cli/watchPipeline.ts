import { isIdle, type Progress, readProgress } from "../lib/admin/overview/readProgress.ts";
import { readStop } from "../lib/batch/providerStop.ts";
import type { Context } from "../lib/context.ts";
import type { ProgressView } from "./progress.ts";

const PAUSE_MS = 500;
/** Counting a million requests takes a while: the database should not be busy with the progress bar. */
const PAUSE_FACTOR = 10;

/** Why the watching ended: nothing left to do, asked to stop, or a provider that only a person can mend. */
export type Watched =
  | { end: "idle"; progress: Progress }
  | { end: "stopped"; progress: Progress }
  | { end: "provider_stopped"; progress: Progress; reason: string };

/**
 * Shows the pipeline's progress until it is idle, or until the process is asked to stop.
 * @param options.untilProviderStops ends also when the provider is stopped and nothing in flight gets any further
 */
export async function watchUntilIdle(
  ctx: Context,
  view: ProgressView,
  options: { untilProviderStops?: boolean } = {},
): Promise<Watched> {
  const since = ctx.clock.now();
  const first = await readProgress(ctx);
  const before = first.complete + first.failed;
  for (let progress = first; ; ) {
    const startedAt = performance.now();
    progress = await readAgain(ctx, progress);
    const took = performance.now() - startedAt;
    show(progress, before, view);
    if (isIdle(progress)) return { end: "idle", progress };
    if (ctx.stopping.aborted) return { end: "stopped", progress };
    const stop = options.untilProviderStops ? await readStop(ctx).catch(() => undefined) : undefined;
    // One that was met before this process began may have been mended: only what is met again counts.
    if (stop && stop.seenAt >= since && progress.openBatches === progress.heldBatches) {
      return { end: "provider_stopped", progress, reason: stop.message };
    }
    await ctx.clock.sleep(Math.max(PAUSE_MS, took * PAUSE_FACTOR), ctx.stopping);
  }
}

/** A database that is away for a moment does not end the watching, as it does not end the schedulers. */
async function readAgain(ctx: Context, last: Progress): Promise<Progress> {
  try {
    return await readProgress(ctx);
  } catch (error) {
    ctx.log.warn({ event: "progress.not_read", error });
    return { ...last, openBatches: Math.max(1, last.openBatches), heldBatches: 0 };
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
