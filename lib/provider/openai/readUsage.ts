import type { Usage } from "../lines.ts";
import { asCount, asFields } from "./fields.ts";

/** The usage of a completion, each count for itself; null if none of them was stated. */
export function readUsage(value: unknown): Usage | null {
  const usage = asFields(value);
  if (!usage) return null;
  const prompt = asFields(usage.prompt_tokens_details ?? usage.input_tokens_details);
  const completion = asFields(usage.completion_tokens_details ?? usage.output_tokens_details);
  const promptTokens = asCount(usage.prompt_tokens ?? usage.input_tokens);
  const completionTokens = asCount(usage.completion_tokens ?? usage.output_tokens);
  const totalTokens = asCount(usage.total_tokens);
  if (promptTokens === null && completionTokens === null && totalTokens === null) return null;
  return {
    promptTokens: promptTokens ?? 0,
    completionTokens: completionTokens ?? 0,
    totalTokens: totalTokens ?? (promptTokens ?? 0) + (completionTokens ?? 0),
    cachedTokens: asCount(prompt?.cached_tokens) ?? 0,
    reasoningTokens: asCount(completion?.reasoning_tokens) ?? 0,
    audioTokensPrompt: asCount(prompt?.audio_tokens),
    audioTokensCompletion: asCount(completion?.audio_tokens),
    acceptedPredictionTokens: asCount(completion?.accepted_prediction_tokens),
    rejectedPredictionTokens: asCount(completion?.rejected_prediction_tokens),
  };
}

/** Of an answer that came without any. */
export const NO_USAGE: Usage = {
  promptTokens: 0,
  completionTokens: 0,
  totalTokens: 0,
  cachedTokens: 0,
  reasoningTokens: 0,
  audioTokensPrompt: null,
  audioTokensCompletion: null,
  acceptedPredictionTokens: null,
  rejectedPredictionTokens: null,
};
