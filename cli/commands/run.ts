import { startSchedulers } from "../../lib/schedulers.ts";
import { EMULATOR_NOTICE } from "../notices.ts";
import { openProgress } from "../progress.ts";
import { openPipelineRuntime } from "../runtime.ts";
import { aborted, stopSignal } from "../stopSignal.ts";
import { watchUntilIdle } from "../watchPipeline.ts";

const SOME_FAILED = 1;
const STOPPED = 130;

/**
 * Runs the schedulers in the foreground until stopped, or until there is nothing left to do.
 * Exit codes: 0 all is well, 1 everything was worked off but requests failed during this run, 130 stopped before that.
 */
export async function run(options: { untilIdle?: boolean }): Promise<void> {
  const stopping = stopSignal();
  const view = openProgress();
  const runtime = await openPipelineRuntime({ stopping, logTo: view.log });
  try {
    const { ctx } = runtime;
    if (runtime.note) view.say(runtime.note);
    if (runtime.emulated) view.say(EMULATOR_NOTICE);
    const failedBefore = await countFailed(runtime);
    const schedulers = await startSchedulers(ctx, runtime.databaseUrl);
    try {
      if (!options.untilIdle) return await aborted(stopping);
      const { idle, progress } = await watchUntilIdle(ctx, view);
      view.close();
      const failed = Math.max(0, progress.failed - failedBefore);
      if (!idle) process.exitCode = STOPPED;
      else if (failed > 0) process.exitCode = SOME_FAILED;
      view.say(
        idle
          ? `Idle: ${progress.complete} requests complete, ${progress.failed} failed (${failed} in this run).`
          : `Stopped: ${progress.pending} requests pending, ${progress.inBatch} in batches. The next run takes up here.`,
      );
    } finally {
      await schedulers.stop();
    }
  } finally {
    view.close();
    await runtime.close();
  }
}

async function countFailed(runtime: Awaited<ReturnType<typeof openPipelineRuntime>>): Promise<number> {
  const { rows } = await runtime.ctx.db.query<{ failed: number }>(
    `SELECT count(*)::int AS "failed" FROM "AIProcessingRequest" WHERE "processingStatus" = 'PROCESSING_FAILED'`,
  );
  return rows[0]?.failed ?? 0;
}
