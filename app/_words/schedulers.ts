import type { SchedulerName } from "../../lib/schedulers/schedules.ts";

/** What each scheduler does, for people. */
export const SCHEDULER_WORDS: Record<SchedulerName, { word: string; meaning: string }> = {
  "batch-creation": { word: "Batch creation", meaning: "creates batches from pending requests and submits them" },
  "batch-polling": { word: "Batch polling", meaning: "checks batches, collects results, recovers interrupted batches" },
  "csv-import": { word: "CSV import", meaning: "requests an import for each company that has a CSV address" },
  reaper: { word: "Reaper", meaning: "removes unused batches and files at the provider" },
  "audit-sealing": { word: "Audit sealing", meaning: "seals new entries of the audit log so that changes show" },
  "job-keeping": { word: "Job keeping", meaning: "sends lost jobs again and removes old ones" },
  "limit-clearing": {
    word: "Limit clearing",
    meaning: "deletes the counts of calls and sign-in attempts that have expired",
  },
};
