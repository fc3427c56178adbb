import type { Summary } from "../../lib/admin/overview/summary.ts";
import type { Tone } from "./tones.ts";

export type RequestStatus = keyof Summary;

/** A request's status, for people. */
export const REQUEST_STATUS_WORDS: Record<RequestStatus, { word: string; tone: Tone; meaning: string }> = {
  pending_batching: { word: "Pending", tone: "waiting", meaning: "Waiting for the next batch" },
  batching_in_progress: { word: "In batch", tone: "running", meaning: "In a running batch" },
  processing_complete: { word: "Complete", tone: "done", meaning: "Its result has been applied" },
  processing_failed: { word: "Failed", tone: "failed", meaning: "Needs attention" },
};

export const REQUEST_STATUSES = Object.keys(REQUEST_STATUS_WORDS) as RequestStatus[];
