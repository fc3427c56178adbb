import { AIBatchRequestStatus } from "../db/enums.ts";
import { setOf } from "../db/statement.ts";

/** A batch is in flight until it is over: at most one provider batch of it is live, and something of it is still to come. */
export type TerminalStatus = Extract<AIBatchRequestStatus, "PROCESSED" | "FAILED" | "CANCELLED">;

/** Statuses in which a batch is over: nothing of it changes any more. */
const TERMINAL: readonly AIBatchRequestStatus[] = ["PROCESSED", "FAILED", "CANCELLED"] satisfies TerminalStatus[];

/** A status as it is stored, or as it is shown. */
type Said = AIBatchRequestStatus | Lowercase<AIBatchRequestStatus>;

export function isOver(status: Said): boolean {
  return TERMINAL.some((terminal) => terminal === status.toUpperCase());
}

/** Whether the provider has nothing more to do for it: it is over, or its results are to be fetched. */
export function isDoneAtProvider(status: Said): boolean {
  return status.toUpperCase() === "COMPLETED" || isOver(status);
}

// The same as SQL, to stand after IN.

/** It is over. */
export const OVER = setOf(TERMINAL);

/** It is in flight. */
export const LIVE = setOf(Object.values(AIBatchRequestStatus).filter((status) => !isOver(status)));

/** It is being sent: with its file uploaded, it may be created at any moment. */
export const BEING_SENT = setOf<AIBatchRequestStatus>(["PENDING", "UPLOADING"]);

/** Nothing of it runs yet. */
export const NOT_BEGUN = setOf<AIBatchRequestStatus>(["PENDING", "UPLOADING", "VALIDATING"]);
