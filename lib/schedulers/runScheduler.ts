import type { PipelineContext } from "../context.ts";
import { SCHEDULES, type SchedulerName } from "./schedules.ts";
import { beginRun, endRun, type RunEnd, type RunResult } from "./state.ts";

export interface Scheduler {
  name: SchedulerName;
  /** Whether a run would have something to do: one statement, in place of the dozen of a run that finds nothing. */
  isDue?: (ctx: PipelineContext) => Promise<boolean>;
  run(ctx: PipelineContext): Promise<RunResult>;
}

/** One run of a scheduler: skipped while it is paused, else recorded from its start to its end. */
export async function runScheduler(ctx: PipelineContext, { name, run }: Scheduler): Promise<void> {
  const startedAt = ctx.clock.now().getTime();
  if (!(await beginRun(ctx, name, SCHEDULES[name].intervalMs(ctx.config)))) {
    ctx.log.info({ event: "scheduler.skipped", scheduler: name, reason: "it is paused" });
    return;
  }
  const duration = () => ctx.clock.now().getTime() - startedAt;
  try {
    const result = await run(ctx);
    const durationMs = duration();
    ctx.log.debug({ event: "scheduler.ran", scheduler: name, durationMs, ...result });
    await record(ctx, name, { durationMs, result });
  } catch (error) {
    ctx.log.error({ event: "scheduler.failed", scheduler: name, error });
    await record(ctx, name, { durationMs: duration(), error });
    throw error;
  }
}

/** A run is over, however it went: that this could not be written down is no failure of the run. */
async function record(ctx: PipelineContext, name: SchedulerName, end: RunEnd): Promise<void> {
  try {
    await endRun(ctx, name, end);
  } catch (error) {
    ctx.log.warn({ event: "scheduler.not_recorded", scheduler: name, error });
  }
}
