import type { Usage } from "../contract/lines.ts";
import { asCount, asFields } from "./fields.ts";

/** The usage of a completion, each count for itself; null if none was stated. */
export function readUsage(value: unknown): Usage | null {
  const usage = asFields(value);
  if (!usage) return null;
  const prompt = asFields(usage.prompt_tokens_details ?? usage.input_tokens_details);
  const completion = asFields(usage.completion_tokens_details ?? usage.output_tokens_details);
  // No line has an empty prompt: a server that states 0 does not count.
  const promptTokens = asCount(usage.prompt_tokens ?? usage.input_tokens) || null;
  const completionTokens = asCount(usage.completion_tokens ?? usage.output_tokens);
  const bothKnown = promptTokens !== null && completionTokens !== null;
  return {
    promptTokens,
    completionTokens,
    totalTokens: (asCount(usage.total_tokens) || null) ?? (bothKnown ? promptTokens + completionTokens : null),
    cachedTokens: asCount(prompt?.cached_tokens),
    cacheWriteTokens: asCount(prompt?.cache_write_tokens ?? usage.cache_write_tokens),
    reasoningTokens: asCount(completion?.reasoning_tokens),
    audioTokensPrompt: asCount(prompt?.audio_tokens),
    audioTokensCompletion: asCount(completion?.audio_tokens),
    acceptedPredictionTokens: asCount(completion?.accepted_prediction_tokens),
    rejectedPredictionTokens: asCount(completion?.rejected_prediction_tokens),
  };
}

/** Of what was run, and says nothing of its usage. */
export const UNKNOWN_USAGE: Usage = {
  promptTokens: null,
  completionTokens: null,
  totalTokens: null,
  cachedTokens: null,
  cacheWriteTokens: null,
  reasoningTokens: null,
  audioTokensPrompt: null,
  audioTokensCompletion: null,
  acceptedPredictionTokens: null,
  rejectedPredictionTokens: null,
};
