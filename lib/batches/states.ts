import { AIBatchRequestStatus } from "../db/generated/enums.ts";
import { setOf } from "../db/statement.ts";

/** A batch is in flight until it is over: at most one provider batch of it is live, and something of it is still to come. */
export type TerminalStatus = Extract<AIBatchRequestStatus, "PROCESSED" | "FAILED" | "CANCELLED">;

/** Statuses in which a batch is over: nothing of it changes any more. */
export const TERMINAL: readonly TerminalStatus[] = ["PROCESSED", "FAILED", "CANCELLED"];

export function isTerminal(status: AIBatchRequestStatus): status is TerminalStatus {
  return TERMINAL.some((terminal) => terminal === status);
}

/** Statuses in which the provider has nothing more to do for it: it is over, or its results are to be fetched. */
export function isDoneAtProvider(status: AIBatchRequestStatus): boolean {
  return status === "COMPLETED" || isTerminal(status);
}

// The same as SQL, to stand after IN.

/** It is over. */
export const OVER = setOf<AIBatchRequestStatus>(TERMINAL);

/** It is in flight. */
export const LIVE = setOf(Object.values(AIBatchRequestStatus).filter((status) => !isTerminal(status)));

/** It is being sent: with its file uploaded, it may be created at any moment. */
export const BEING_SENT = setOf<AIBatchRequestStatus>(["PENDING", "UPLOADING"]);

/** Nothing of it runs yet. */
export const NOT_BEGUN = setOf<AIBatchRequestStatus>(["PENDING", "UPLOADING", "VALIDATING"]);
