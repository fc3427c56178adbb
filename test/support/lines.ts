import type { AnswerLine, FailureLine } from "../../lib/providers/contract/lines.ts";

const USAGE = {
  promptTokens: 1,
  completionTokens: 1,
  totalTokens: 2,
  cachedTokens: 0,
  cacheWriteTokens: null,
  reasoningTokens: 0,
  audioTokensPrompt: null,
  audioTokensCompletion: null,
  acceptedPredictionTokens: null,
  rejectedPredictionTokens: null,
};

const ANSWER = {
  language: "en",
  sentiment: "NEUTRAL",
  escalated: false,
  forwarded_hr: false,
  category: "SOCIAL_QUESTIONS",
  questions: [] as string[],
  summary: "Small talk about the weather.",
};

/** A line with a good answer to a request, as the provider's reader gives it. */
export function answerLine(requestId: string, answer: Partial<typeof ANSWER> = {}): AnswerLine {
  return {
    kind: "answer",
    requestId,
    text: JSON.stringify({ ...ANSWER, ...answer }),
    usage: USAGE,
    providerRequestId: null,
    serviceTier: null,
    systemFingerprint: null,
  };
}

/** A line that the provider failed on. */
export function failureLine(requestId: string): FailureLine {
  const nothing = { fault: null, wording: null, startOfText: null, usage: null, providerRequestId: null };
  return { kind: "failure", requestId, code: "line_server_error", message: "It broke.", ...nothing };
}
