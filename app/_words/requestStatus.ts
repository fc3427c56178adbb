import type { Summary } from "../../lib/admin/overview/summary.ts";
import type { Tone } from "./tones.ts";

export type RequestStatus = keyof Summary;

/** A request's status, for people. */
export const REQUEST_STATUS_WORDS: Record<RequestStatus, { word: string; tone: Tone; meaning: string }> = {
  pending_batching: { word: "Pending", tone: "waiting", meaning: "Waits to be put into a batch" },
  batching_in_progress: { word: "In batch", tone: "running", meaning: "In a batch that runs" },
  processing_complete: { word: "Complete", tone: "done", meaning: "Its result is applied" },
  processing_failed: { word: "Failed", tone: "failed", meaning: "Waits for a person" },
};

export const REQUEST_STATUSES = Object.keys(REQUEST_STATUS_WORDS) as RequestStatus[];
