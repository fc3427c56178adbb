import type { SchedulerName } from "../../lib/schedulers/schedules.ts";

/** What each scheduler does, for people. */
export const SCHEDULER_WORDS: Record<SchedulerName, { word: string; meaning: string }> = {
  "batch-creation": { word: "Batch creation", meaning: "puts pending requests into batches and sends them" },
  "batch-polling": { word: "Batch polling", meaning: "asks for batches, collects results, recovers what broke off" },
  "csv-import": { word: "CSV import", meaning: "reads the CSV of each company that has an address" },
  reaper: { word: "Reaper", meaning: "clears away at the provider what no batch uses" },
  "bulk-requeue": { word: "Bulk requeue", meaning: "works off requeues of everything that matches" },
};
