import type { AIRequestStatus } from "../db/enums.ts";
import { setOf } from "../db/statement.ts";

// Sets of statuses as SQL, to stand after IN.

/** It still waits: to be batched, or for its result. */
export const WAITING = setOf<AIRequestStatus>(["PENDING_BATCHING", "BATCHING_IN_PROGRESS"]);

/** It is in no batch that could bring it an answer, and has none. */
export const UNANSWERED = setOf<AIRequestStatus>(["PENDING_BATCHING", "PROCESSING_FAILED"]);
