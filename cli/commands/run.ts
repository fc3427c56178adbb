import { counted, inGroups } from "../../app/_words/numbers.ts";
import { summary } from "../../lib/admin/overview/summary.ts";
import { startSchedulers } from "../../lib/schedulers.ts";
import { closeAll } from "../closeAll.ts";
import { meetDatabase, meetProvider } from "../meetProvider.ts";
import { copiedNotice, EMULATOR_NOTICE } from "../notices.ts";
import { openProgress, type ProgressView } from "../progress.ts";
import { openPipelineRuntime } from "../runtime.ts";
import { serveMetrics } from "../serveMetrics.ts";
import { aborted, stopSignal, WORKER_LIMITS } from "../stopSignal.ts";
import { type Watched, watchUntilIdle } from "../watchPipeline.ts";

const FAILED = 1;
const STOPPED = 130;

/**
 * Runs the schedulers in the foreground until stopped, or until there is nothing left to do.
 * Exit codes: 0 all is well, 1 requests failed during this run or a stop needs a person (the provider refused twice, a minute
 * apart; an outage is waited out), 130 stopped before that.
 */
export async function run(options: { untilIdle?: boolean }): Promise<void> {
  const stopping = stopSignal(WORKER_LIMITS);
  const view = openProgress();
  const closers: (() => Promise<void>)[] = [async () => view.close()];
  try {
    const runtime = await openPipelineRuntime({ stopping, logTo: view.log });
    closers.push(runtime.close);
    const { ctx } = runtime;
    if (runtime.note) view.say(runtime.note);
    if (runtime.emulated) view.say(EMULATOR_NOTICE);
    const copied = await copiedNotice(ctx);
    if (copied) view.say(copied);
    const since = ctx.clock.now();
    await meetDatabase(runtime);
    await meetProvider(runtime, view.say);
    if (stopping.aborted) {
      if (options.untilIdle) process.exitCode = STOPPED;
      return;
    }
    const failedBefore = (await summary(ctx)).processing_failed;
    closers.push(await serveMetrics(ctx));
    const schedulers = await startSchedulers(ctx, runtime.databaseUrl);
    closers.push(() => schedulers.stop(WORKER_LIMITS.schedulersMs));
    if (!options.untilIdle) return await aborted(stopping);
    const watched = await watchUntilIdle(ctx, view, { stopsSince: since });
    view.close();
    report(watched, failedBefore, view);
  } finally {
    await closeAll(closers);
  }
}

function report(watched: Watched, failedBefore: number, view: ProgressView): void {
  const { pending, inBatch, complete, failed } = watched.progress;
  const left = `${counted(pending, "request")} pending, ${inGroups(inBatch)} in batches. The next run will continue from here.`;
  if (watched.end === "idle") {
    const failedNow = Math.max(0, failed - failedBefore);
    if (failedNow > 0) process.exitCode = FAILED;
    view.say(`Done: ${counted(complete, "request")} complete, ${inGroups(failed)} failed (${failedNow} in this run).`);
  } else if (watched.end === "stopped") {
    process.exitCode = STOPPED;
    view.say(`Stopped: ${left}`);
  } else {
    process.exitCode = FAILED;
    view.say(`${watched.end === "provider_stopped" ? "New batches are on hold: " : ""}${watched.reason} ${left}`);
  }
}
