import { isObject } from "../../http/call.ts";
import { digest } from "../../random.ts";
import { type AnswerContext, adjustedAnswer, type Completion } from "./endpoint.ts";

/** The answer of /v1/responses. */
export function response(body: Record<string, unknown>, context: AnswerContext): Completion {
  const { prompt, answer, whole } = adjustedAnswer(body, context);
  const incomplete = answer.finishReason === "stop" ? null : answer.finishReason;
  const { usage } = answer;
  const part =
    answer.refusal === null
      ? { type: "output_text", text: answer.text, annotations: [], logprobs: [] }
      : { type: "refusal", refusal: answer.refusal };
  return {
    usage,
    whole,
    body: {
      id: `resp_${digest(`response ${context.idSeed}`)}`,
      object: "response",
      created_at: context.createdSeconds,
      status: incomplete === null ? "completed" : "incomplete",
      error: null,
      incomplete_details: incomplete && { reason: incomplete === "length" ? "max_output_tokens" : incomplete },
      instructions: typeof body.instructions === "string" ? body.instructions : null,
      max_output_tokens: prompt.maxOutputTokens,
      model: prompt.model,
      output: [
        {
          id: `msg_${digest(`message ${context.idSeed}`)}`,
          type: "message",
          status: incomplete === null ? "completed" : "incomplete",
          role: "assistant",
          content: [part],
        },
      ],
      parallel_tool_calls: true,
      previous_response_id: null,
      reasoning: isObject(body.reasoning) ? body.reasoning : { effort: null, summary: null },
      service_tier: context.serviceTier,
      store: body.store !== false,
      temperature: 1,
      text: isObject(body.text) ? body.text : { format: { type: "text" } },
      tool_choice: "auto",
      tools: [],
      top_p: 1,
      truncation: "disabled",
      usage: {
        input_tokens: usage.inputTokens,
        input_tokens_details: { cached_tokens: usage.cachedTokens },
        output_tokens: usage.outputTokens,
        output_tokens_details: { reasoning_tokens: usage.reasoningTokens },
        total_tokens: usage.inputTokens + usage.outputTokens,
      },
      metadata: isObject(body.metadata) ? body.metadata : {},
    },
  };
}
