import type { Usage } from "../../store/records.ts";
import type { Answer } from "../answer.ts";
import { answerRequest } from "../answerRequest.ts";
import type { KnownAnswers } from "../knownAnswers.ts";
import { type Prompt, readPrompt } from "../prompt.ts";
import { countInputTokens } from "../tokens.ts";

/** What an endpoint answers with status 200. */
export interface Completion {
  body: unknown;
  usage: Usage;
  /** True when the answer is the model's own and came to its end: what a client can use. */
  whole: boolean;
}

export interface AnswerContext {
  /** Names the answer: the same text, the same ids. */
  idSeed: string;
  createdSeconds: number;
  serviceTier: string;
  /** What is answered to the transcripts that it knows. */
  known: KnownAnswers;
  /** Lets faults change an answer before it is put into the shape of its endpoint. */
  adjust: (answer: Answer) => Answer;
}

/** Answers a request body; throws an ApiError for one that it refuses. */
export type Endpoint = (body: Record<string, unknown>, context: AnswerContext) => Completion;

/** The answer to a request after its faults, and whether a client can use it. */
export function adjustedAnswer(
  body: Record<string, unknown>,
  context: AnswerContext,
): { prompt: Prompt; answer: Answer; whole: boolean } {
  const { prompt, answer: first } = answerRequest(body, context.known);
  const answer = context.adjust(first);
  const whole = answer.refusal === null && answer.finishReason === "stop" && answer.text === first.text;
  return { prompt, answer, whole };
}

/** Usage of an endpoint that gives no text. */
export function inputUsage(body: Record<string, unknown>): Usage {
  return { inputTokens: countInputTokens(readPrompt(body)), cachedTokens: 0, outputTokens: 0, reasoningTokens: 0 };
}

/** The inputs of a body whose `input` may be one or a list. */
export function inputsOf(body: Record<string, unknown>): unknown[] {
  return Array.isArray(body.input) ? body.input : [body.input];
}
