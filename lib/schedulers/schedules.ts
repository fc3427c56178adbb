import type { Config } from "../config.ts";

/** When a scheduler runs, and which environment variable switches it. */
interface Schedule {
  isEnabled(config: Config): boolean;
  intervalMs(config: Config): number;
}

export const SCHEDULES = {
  "batch-creation": {
    isEnabled: (config) => config.BATCH_CREATION_ENABLED,
    intervalMs: (config) => config.BATCH_CREATION_INTERVAL,
  },
  "batch-polling": {
    isEnabled: (config) => config.BATCH_POLLING_ENABLED,
    intervalMs: (config) => config.BATCH_POLLING_INTERVAL,
  },
  "csv-import": {
    isEnabled: (config) => config.CSV_IMPORT_ENABLED,
    intervalMs: (config) => config.CSV_IMPORT_INTERVAL,
  },
  reaper: {
    isEnabled: (config) => config.REAPER_ENABLED,
    intervalMs: (config) => config.REAPER_INTERVAL,
  },
  // Jobs come by themselves: this is for those that the queue has lost.
  "job-keeping": { isEnabled: () => true, intervalMs: () => 60_000 },
  // Until it is sealed, an entry could be changed unseen.
  "audit-sealing": { isEnabled: () => true, intervalMs: () => 10_000 },
  "limit-clearing": { isEnabled: () => true, intervalMs: () => 600_000 },
} as const satisfies Record<string, Schedule>;

export type SchedulerName = keyof typeof SCHEDULES;

export const SCHEDULER_NAMES = Object.keys(SCHEDULES) as SchedulerName[];

/** The number of the interval that a moment lies in, the same on every worker. */
export function slotAt(at: Date, intervalMs: number): number {
  return Math.floor(at.getTime() / intervalMs);
}
