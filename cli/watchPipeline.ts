import { isIdle, type Progress, readProgress } from "../lib/admin/readProgress.ts";
import { readStop } from "../lib/batch/providerStop.ts";
import type { Context } from "../lib/context.ts";
import type { ProgressView } from "./progress.ts";

const PAUSE_MS = 500;

/** Why the watching ended: nothing left to do, asked to stop, or a provider that only a person can mend. */
export type Watched =
  | { end: "idle"; progress: Progress }
  | { end: "stopped"; progress: Progress }
  | { end: "provider_stopped"; progress: Progress; reason: string };

/**
 * Shows the pipeline's progress until it is idle, or until the process is asked to stop.
 * @param options.untilProviderStops ends also when new batches are stopped and nothing else is in flight
 */
export async function watchUntilIdle(
  ctx: Context,
  view: ProgressView,
  options: { untilProviderStops?: boolean } = {},
): Promise<Watched> {
  const first = await readProgress(ctx);
  const before = first.complete + first.failed;
  for (;;) {
    const progress = await readProgress(ctx);
    show(progress, before, view);
    if (isIdle(progress)) return { end: "idle", progress };
    if (ctx.stopping.aborted) return { end: "stopped", progress };
    const stop = options.untilProviderStops ? await readStop(ctx) : undefined;
    if (stop && progress.openBatches === progress.unsentBatches) {
      return { end: "provider_stopped", progress, reason: stop.message };
    }
    await ctx.clock.sleep(PAUSE_MS, ctx.stopping);
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
