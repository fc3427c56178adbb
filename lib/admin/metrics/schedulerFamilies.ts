import type { SchedulerView } from "../schedulers/readSchedulers.ts";
import { type Family, gaugeBy } from "./family.ts";

/** How each scheduler stands, over all workers. What has never run has no ages. */
export function schedulerFamilies(at: Date, schedulers: readonly SchedulerView[]): Family[] {
  const ago = (time: Date | string | null) =>
    time === null ? undefined : Math.max(0, at.getTime() - new Date(time).getTime()) / 1000;
  const each = (name: Family["name"], help: string, read: (scheduler: SchedulerView) => number | undefined) =>
    gaugeBy("scheduler", name, help, Object.fromEntries(schedulers.map((one) => [one.name, read(one)])));
  return [
    each("livedash_scheduler_interval_seconds", "How often a run begins.", ({ intervalMs }) => intervalMs / 1000),
    each("livedash_scheduler_start_age_seconds", "How long ago the last run began.", (one) => ago(one.lastStartedAt)),
    each("livedash_scheduler_finish_age_seconds", "How long ago the last run ended.", (one) => ago(one.lastFinishedAt)),
    each("livedash_scheduler_duration_seconds", "How long the last run took.", ({ lastDurationMs }) =>
      lastDurationMs === null ? undefined : lastDurationMs / 1000,
    ),
    each("livedash_scheduler_failed", "Whether the last run that ended has failed.", (one) => Number(hasFailed(one))),
    each("livedash_scheduler_paused", "Whether someone has paused it.", ({ paused }) => Number(paused !== null)),
  ];
}

/** A failed run has no result. */
function hasFailed({ lastFinishedAt, lastResult }: SchedulerView): boolean {
  return lastFinishedAt !== null && lastResult === null;
}
