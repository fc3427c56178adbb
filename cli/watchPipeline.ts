import { isIdle, type Progress, readProgress } from "../lib/admin/readProgress.ts";
import type { Context } from "../lib/context.ts";
import type { ProgressView } from "./progress.ts";

const PAUSE_MS = 500;

/**
 * Shows the pipeline's progress until it is idle, or until the process is asked to stop.
 * @returns whether it came to its end, with the last reading
 */
export async function watchUntilIdle(ctx: Context, view: ProgressView): Promise<{ idle: boolean; progress: Progress }> {
  const first = await readProgress(ctx);
  const before = first.complete + first.failed;
  for (;;) {
    const progress = await readProgress(ctx);
    show(progress, before, view);
    if (isIdle(progress)) return { idle: true, progress };
    if (ctx.stopping.aborted) return { idle: false, progress };
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
