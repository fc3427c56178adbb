import type { FailureCode } from "../../failures.ts";
import type { Fault } from "./fault.ts";

/** What one line of an input file asks. */
export interface LineRequest {
  /** The id of the request; comes back with its result. */
  id: string;
  model: string;
  system: string;
  user: string;
  schemaName: string;
  /** A strict JSON schema: every property required, no others allowed. */
  schema: Record<string, unknown>;
  maxOutputTokens: number;
}

/**
 * Tokens as the provider counts them; cached ones are part of the prompt's, reasoning ones of the completion's. Null is what
 * was not stated, or cannot be.
 */
export interface Usage {
  promptTokens: number | null;
  completionTokens: number | null;
  totalTokens: number | null;
  cachedTokens: number | null;
  cacheWriteTokens: number | null;
  reasoningTokens: number | null;
  audioTokensPrompt: number | null;
  audioTokensCompletion: number | null;
  acceptedPredictionTokens: number | null;
  rejectedPredictionTokens: number | null;
}

/** A line with content that can be checked against the schema it was asked in. */
export interface AnswerLine {
  kind: "answer";
  requestId: string;
  text: string;
  usage: Usage;
  providerRequestId: string | null;
  serviceTier: string | null;
  systemFingerprint: string | null;
}

/** A line that says why there is no answer. What has usage was paid for all the same, known or not; null: nothing ran. */
export interface FailureLine {
  kind: "failure";
  requestId: string;
  code: FailureCode;
  message: string;
  /** What the error is about that the code was made from; null where there is none: the answer itself is at fault. */
  fault: Fault | null;
  /** What the provider said, to be held against what it said of other lines, and for nothing else; null as above. */
  wording: string | null;
  /** How the line starts, where it could not be read. What people wrote may stand in it: never log or list it. */
  startOfText: string | null;
  usage: Usage | null;
  providerRequestId: string | null;
}

/** A line that belongs to no request that could be named. */
interface UnreadableLine {
  kind: "unreadable";
  reason: string;
}

export type ResultLine = AnswerLine | FailureLine | UnreadableLine;
