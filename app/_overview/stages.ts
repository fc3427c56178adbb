import type { Summary } from "../../lib/admin/overview/summary.ts";
import type { Tone } from "../_words/statuses.ts";

export interface Stage {
  status: keyof Summary;
  tone: Tone;
  /** The last of the four parts of the way (0 to 3: import, pending, in batch, the end) that its requests have reached. */
  lastPart: 1 | 2 | 3;
}

/** Where a request can stand, from the end of the way back to its beginning, as the ribbons lie side by side. */
const PLACES: Record<Stage["status"], Omit<Stage, "status">> = {
  processing_complete: { tone: "done", lastPart: 3 },
  processing_failed: { tone: "failed", lastPart: 3 },
  batching_in_progress: { tone: "running", lastPart: 2 },
  pending_batching: { tone: "waiting", lastPart: 1 },
};

export const STAGES: readonly Stage[] = Object.entries(PLACES).map(([status, place]) => ({
  status: status as Stage["status"],
  ...place,
}));

export function totalOf(summary: Summary): number {
  return STAGES.reduce((total, { status }) => total + summary[status], 0);
}
