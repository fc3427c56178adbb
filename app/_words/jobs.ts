/** What a job does, in words; one of a newer version by its own name. */
export function jobInWords(kind: string): string {
  return KIND_WORDS[kind] ?? kind;
}

const KIND_WORDS: Readonly<Record<string, string>> = {
  "bulk-requeue": "Bulk requeue",
  erasure: "Erasure of sessions",
  import: "CSV import",
  "list-export": "List export",
  reanalysis: "Reanalysis",
  "result-switch": "Result switch",
  "sessions-export": "Export by a company",
  upload: "CSV upload",
};

/** What is counted in a job's outcome. */
export const OUTCOME_WORDS: Readonly<Record<string, string>> = {
  rows: "Rows",
  imported: "New sessions",
  updated: "Changed sessions",
  unchanged: "Unchanged",
  bad: "Bad rows",
  erased: "Erased sessions",
  dropped: "Answers to come, which are dropped",
  badRows: "Erased bad rows",
  requeued: "Requeued",
  skipped: "Skipped",
  requested: "Requested",
  switched: "Switched",
  unfit: "Left alone: the present version would refuse them",
};
