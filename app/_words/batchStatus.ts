import type { AIBatchRequestStatus } from "../../lib/db/generated/enums.ts";
import type { Tone } from "./tones.ts";

type BatchStatus = Lowercase<AIBatchRequestStatus>;

const WORDS: Record<BatchStatus, BatchWords> = {
  pending: { word: "Pending", tone: "waiting", meaning: "Created, about to be sent" },
  uploading: { word: "Uploading", tone: "running", meaning: "Its file is being uploaded to the provider" },
  validating: { word: "Validating", tone: "running", meaning: "The provider is checking its file" },
  in_progress: { word: "In progress", tone: "running", meaning: "The provider is processing it" },
  finalizing: { word: "Finalizing", tone: "running", meaning: "The provider is preparing the results" },
  completed: {
    word: "Completed",
    tone: "running",
    meaning: "Finished at the provider; collecting results",
  },
  processed: { word: "Processed", tone: "done", meaning: "All results collected and applied" },
  failed: { word: "Failed", tone: "failed", meaning: "Refused or expired at the provider" },
  cancelled: { word: "Cancelled", tone: "waiting", meaning: "Cancelled; finished results were kept" },
};

/** The states in which a batch still has a way to go. */
export const IN_FLIGHT: readonly BatchStatus[] = [
  "pending",
  "uploading",
  "validating",
  "in_progress",
  "finalizing",
  "completed",
];

interface BatchWords {
  word: string;
  tone: Tone;
  /** A sentence for who hovers. */
  meaning: string;
}

/** A batch whose results are applied only in part is never shown as if all were well. */
export function describeBatch(batch: { status: BatchStatus; succeeded: number; requestCount: number }): BatchWords {
  const words = WORDS[batch.status];
  if (batch.status !== "processed" || batch.succeeded === batch.requestCount) return words;
  if (batch.succeeded === 0)
    return { ...words, tone: "failed", meaning: "All results collected, but none could be applied" };
  return { ...words, tone: "partial", meaning: "All results collected, but some could not be applied" };
}
