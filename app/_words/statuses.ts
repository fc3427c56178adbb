import type { ImportRow } from "../../lib/admin/imports/importRow.ts";
import type { Summary } from "../../lib/admin/overview/summary.ts";
import type { TerminalStatus } from "../../lib/batches/states.ts";
import type { AIBatchRequestStatus, BulkRequeueStatus, CompanyStatus, JobState } from "../../lib/db/enums.ts";

/** What a colour and a shape say about a thing, everywhere in the console. */
export type Tone = "waiting" | "running" | "done" | "partial" | "failed";

/** Written out, so that Tailwind finds the class names. */
export const TEXT_OF_TONE: Record<Tone, string> = {
  waiting: "text-waiting",
  running: "text-running",
  done: "text-done",
  partial: "text-partial",
  failed: "text-failed",
};

export type RequestStatus = keyof Summary;

/** A request's status, for people. */
export const REQUEST_STATUS_WORDS: Record<RequestStatus, { word: string; tone: Tone; meaning: string }> = {
  pending_batching: { word: "Pending", tone: "waiting", meaning: "Waiting for the next batch" },
  batching_in_progress: { word: "In batch", tone: "running", meaning: "In a running batch" },
  processing_complete: { word: "Complete", tone: "done", meaning: "Its result has been applied" },
  processing_failed: { word: "Failed", tone: "failed", meaning: "Needs attention" },
};

export const REQUEST_STATUSES = Object.keys(REQUEST_STATUS_WORDS) as RequestStatus[];

type BatchStatus = Lowercase<AIBatchRequestStatus>;

const BATCH_STATUS_WORDS: Record<BatchStatus, BatchWords> = {
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

/** Those in which a batch still has a way to go: every one, or this does not compile. */
const STILL_UNDER_WAY: Record<Exclude<BatchStatus, Lowercase<TerminalStatus>>, true> = {
  pending: true,
  uploading: true,
  validating: true,
  in_progress: true,
  finalizing: true,
  completed: true,
};
export const IN_FLIGHT = Object.keys(STILL_UNDER_WAY) as (keyof typeof STILL_UNDER_WAY)[];

interface BatchWords {
  word: string;
  tone: Tone;
  /** A sentence for who hovers. */
  meaning: string;
}

/** A batch whose results are applied only in part is never shown as if all were well. */
export function describeBatch(batch: { status: BatchStatus; succeeded: number; requestCount: number }): BatchWords {
  const words = BATCH_STATUS_WORDS[batch.status];
  if (batch.status !== "processed" || batch.succeeded === batch.requestCount) return words;
  if (batch.succeeded === 0)
    return { ...words, tone: "failed", meaning: "All results collected, but none could be applied" };
  return { ...words, tone: "partial", meaning: "All results collected, but some could not be applied" };
}

export const IMPORT_STATE_WORDS: Record<ImportRow["state"], { word: string; tone: Tone; meaning: string }> = {
  running: { word: "Running", tone: "running", meaning: "Reading rows" },
  silent: { word: "Silent", tone: "partial", meaning: "No progress; its process was probably killed" },
  finished: { word: "Finished", tone: "done", meaning: "Completely read" },
  failed: { word: "Failed", tone: "failed", meaning: "Could not be read completely" },
};

export const BULK_STATUS_WORDS: Record<Lowercase<BulkRequeueStatus>, { word: string; tone: Tone }> = {
  waiting: { word: "Waiting", tone: "waiting" },
  running: { word: "Running", tone: "running" },
  done: { word: "Done", tone: "done" },
  aborted: { word: "Aborted", tone: "partial" },
  failed: { word: "Failed", tone: "failed" },
};

export const JOB_STATE_WORDS: Record<Lowercase<JobState>, { word: string; tone: Tone }> = {
  queued: { word: "Waiting", tone: "waiting" },
  running: { word: "Running", tone: "running" },
  done: { word: "Done", tone: "done" },
  aborted: { word: "Aborted", tone: "partial" },
  failed: { word: "Failed", tone: "failed" },
};

export const COMPANY_STATUS_WORDS: Record<CompanyStatus, { word: string; tone: Tone; meaning: string }> = {
  ACTIVE: { word: "Active", tone: "done", meaning: "Its sessions are analysed" },
  TRIAL: { word: "Trial", tone: "running", meaning: "Its sessions are analysed" },
  SUSPENDED: {
    word: "Suspended",
    tone: "partial",
    meaning: "Its users cannot sign in. No new batches; results already paid for are collected",
  },
  ARCHIVED: { word: "Archived", tone: "waiting", meaning: "Its users cannot sign in. No new batches, no imports" },
};
