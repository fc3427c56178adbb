import { digest } from "../../random.ts";
import { chatUsage } from "./chatUsage.ts";
import { type AnswerContext, adjustedAnswer, type Completion } from "./endpoint.ts";

/** The answer of /v1/chat/completions. */
export function chatCompletion(body: Record<string, unknown>, context: AnswerContext): Completion {
  const { prompt, answer, whole } = adjustedAnswer(body, context);
  const content = answer.refusal === null ? answer.text : null;
  return {
    usage: answer.usage,
    whole,
    body: {
      id: `chatcmpl-${digest(`chat ${context.idSeed}`).slice(0, 29)}`,
      object: "chat.completion",
      created: context.createdSeconds,
      model: prompt.model,
      choices: [
        {
          index: 0,
          message: { role: "assistant", content, refusal: answer.refusal, annotations: [] },
          logprobs: null,
          finish_reason: answer.finishReason,
        },
      ],
      usage: chatUsage(answer.usage),
      service_tier: context.serviceTier,
      system_fingerprint: `fp_${digest(prompt.model).slice(0, 10)}`,
    },
  };
}
