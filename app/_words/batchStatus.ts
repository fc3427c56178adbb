import type { BatchRow } from "../../lib/admin/latestBatches.ts";
import type { AIBatchRequestStatus } from "../../lib/db/generated/enums.ts";
import type { Tone } from "./tones.ts";

const WORDS: Record<AIBatchRequestStatus, BatchWords> = {
  PENDING: { word: "Pending", tone: "waiting", meaning: "Made here, about to be sent" },
  UPLOADING: { word: "Uploading", tone: "running", meaning: "Its file is on the way to the provider" },
  VALIDATING: { word: "Validating", tone: "running", meaning: "The provider checks its file" },
  IN_PROGRESS: { word: "In progress", tone: "running", meaning: "The provider works on it" },
  FINALIZING: { word: "Finalizing", tone: "running", meaning: "The provider prepares the results" },
  COMPLETED: {
    word: "Completed",
    tone: "running",
    meaning: "Done at the provider, results are being fetched",
    note: "fetching results",
  },
  PROCESSED: { word: "Processed", tone: "done", meaning: "All results fetched and applied" },
  FAILED: { word: "Failed", tone: "failed", meaning: "Refused or expired at the provider" },
  CANCELLED: { word: "Cancelled", tone: "waiting", meaning: "Cancelled; what had finished was kept" },
};

/** The states in which a batch still has a way to go. */
export const IN_FLIGHT: readonly AIBatchRequestStatus[] = [
  "PENDING",
  "UPLOADING",
  "VALIDATING",
  "IN_PROGRESS",
  "FINALIZING",
  "COMPLETED",
];

export interface BatchWords {
  word: string;
  tone: Tone;
  /** A sentence for who hovers. */
  meaning: string;
  /** A few words that stand under it. */
  note?: string;
}

/** A batch whose results are applied only in part is never shown as if all were well. */
export function describeStatus(batch: Pick<BatchRow, "status" | "appliedCount" | "requestCount">): BatchWords {
  const words = WORDS[batch.status];
  if (batch.status !== "PROCESSED" || batch.appliedCount === batch.requestCount) return words;
  return { ...words, tone: "partial", meaning: "All results fetched, not all of them could be applied" };
}
