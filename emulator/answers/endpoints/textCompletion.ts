import { digest } from "../../random.ts";
import { chatUsage } from "./chatUsage.ts";
import { type AnswerContext, adjustedAnswer, type Completion } from "./endpoint.ts";

/** The answer of /v1/completions. */
export function textCompletion(body: Record<string, unknown>, context: AnswerContext): Completion {
  const { prompt, answer, whole } = adjustedAnswer(body, context);
  return {
    usage: answer.usage,
    whole,
    body: {
      id: `cmpl-${digest(`text ${context.idSeed}`).slice(0, 29)}`,
      object: "text_completion",
      created: context.createdSeconds,
      model: prompt.model,
      choices: [{ index: 0, text: answer.text, logprobs: null, finish_reason: answer.finishReason }],
      usage: chatUsage(answer.usage),
    },
  };
}
