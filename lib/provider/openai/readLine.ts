import { z } from "zod";
import type { FailureCode } from "../../failures.ts";
import { parseForeignJson } from "../../json.ts";
import type { AnswerLine, FailureLine, ResultLine, Usage } from "../lines.ts";
import { isQuotaCode } from "../quota.ts";

const MAX_MESSAGE = 1_000;

const count = z.number().int().min(0).max(1_000_000_000);
const detail = count.nullish();
const usageShape = z.object({
  prompt_tokens: count,
  completion_tokens: count,
  total_tokens: count,
  prompt_tokens_details: z.object({ cached_tokens: detail, audio_tokens: detail }).nullish(),
  completion_tokens_details: z
    .object({
      reasoning_tokens: detail,
      audio_tokens: detail,
      accepted_prediction_tokens: detail,
      rejected_prediction_tokens: detail,
    })
    .nullish(),
});

const completionShape = z.object({
  choices: z
    .array(
      z.object({
        finish_reason: z.string().nullish(),
        message: z.object({ content: z.string().nullish(), refusal: z.string().nullish() }),
      }),
    )
    .min(1),
  service_tier: z.string().nullish(),
  system_fingerprint: z.string().nullish(),
});

const lineShape = z.object({
  custom_id: z.string().min(1),
  response: z
    .object({
      status_code: z.number().nullish(),
      request_id: z.string().nullish(),
      body: z.unknown(),
    })
    .nullish(),
  error: z.object({ code: z.string().nullish(), message: z.string().nullish() }).nullish(),
});

type Line = z.output<typeof lineShape>;

/** Reads one line of an output or error file of /v1/chat/completions. Never throws: every line says something. */
export function readLine(line: Buffer): ResultLine {
  const parsed = lineShape.safeParse(parseForeignJson(line.toString("utf8")));
  if (!parsed.success) return { kind: "unreadable", reason: "not a result line: no JSON object with a custom_id" };
  const { response, error } = parsed.data;
  if (response?.status_code === 200) return readCompletion(parsed.data, response.body);
  if (response?.status_code) return failure(parsed.data, ...httpFailure(response.status_code, response.body));
  if (error?.code || error?.message)
    return failure(parsed.data, ...batchFailure(error.code ?? "", error.message ?? ""));
  return failure(parsed.data, "line_empty", "Neither an answer nor an error came back for this line.");
}

function readCompletion(line: Line, body: unknown): AnswerLine | FailureLine {
  const usage = readUsage(body);
  const completion = completionShape.safeParse(body);
  if (!completion.success) return failure(line, "answer_empty", "The reply holds no choice to read.", usage);
  const choice = completion.data.choices[0];
  if (choice?.message.refusal) return failure(line, "answer_refused", "The model refused to answer.", usage);
  if (choice?.finish_reason === "content_filter")
    return failure(line, "answer_filtered", "The content filter stopped the answer.", usage);
  if (choice?.finish_reason === "length")
    return failure(line, "answer_cut_off", `Cut off after ${usage?.completionTokens ?? "?"} output tokens.`, usage);
  if (!choice?.message.content) return failure(line, "answer_empty", "The answer has no content.", usage);
  return {
    kind: "answer",
    requestId: line.custom_id,
    text: choice.message.content,
    usage: usage ?? NO_USAGE,
    providerRequestId: line.response?.request_id || null,
    serviceTier: completion.data.service_tier ?? null,
    systemFingerprint: completion.data.system_fingerprint ?? null,
  };
}

function failure(line: Line, code: FailureCode, message: string, usage: Usage | null = null): FailureLine {
  const providerRequestId = line.response?.request_id || null;
  return { kind: "failure", requestId: line.custom_id, code, message: clip(message), usage, providerRequestId };
}

/** A line that ran into an HTTP error: the error stands in the body of the response, not in `error`. */
function httpFailure(status: number, body: unknown): [FailureCode, string] {
  const parsed = z.object({ error: z.object({ code: z.string().nullish(), message: z.string() }) }).safeParse(body);
  const said = parsed.success ? `: ${parsed.data.error.message}` : "";
  const message = `The line ended with status ${status}${said}`;
  if (parsed.success && isQuotaCode(parsed.data.error.code)) return ["line_quota_exhausted", message];
  if (status === 429) return ["line_rate_limited", message];
  if (status === 408) return ["line_timed_out", message];
  if (status >= 400 && status < 500) return ["line_rejected", message];
  return ["line_server_error", message];
}

/** A line that the batch itself did not run. */
function batchFailure(code: string, message: string): [FailureCode, string] {
  if (code === "batch_expired") return ["batch_expired", message];
  if (code === "batch_cancelled") return ["batch_cancelled", message];
  if (isQuotaCode(code)) return ["line_quota_exhausted", message];
  if (code === "request_timeout") return ["line_timed_out", message];
  return ["line_server_error", `${code}: ${message}`];
}

const NO_USAGE: Usage = {
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

function readUsage(body: unknown): Usage | null {
  const parsed = z.object({ usage: usageShape }).safeParse(body);
  if (!parsed.success) return null;
  const { usage } = parsed.data;
  return {
    promptTokens: usage.prompt_tokens,
    completionTokens: usage.completion_tokens,
    totalTokens: usage.total_tokens,
    cachedTokens: usage.prompt_tokens_details?.cached_tokens ?? 0,
    reasoningTokens: usage.completion_tokens_details?.reasoning_tokens ?? 0,
    audioTokensPrompt: usage.prompt_tokens_details?.audio_tokens ?? null,
    audioTokensCompletion: usage.completion_tokens_details?.audio_tokens ?? null,
    acceptedPredictionTokens: usage.completion_tokens_details?.accepted_prediction_tokens ?? null,
    rejectedPredictionTokens: usage.completion_tokens_details?.rejected_prediction_tokens ?? null,
  };
}

function clip(message: string): string {
  return message.slice(0, MAX_MESSAGE).toWellFormed();
}
