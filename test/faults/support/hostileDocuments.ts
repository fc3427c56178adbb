import { json } from "../../../emulator/http/reply.ts";
import { SHAPES, type ShapeName } from "../../../emulator/shape/shapes.ts";

/** The usage of a valid line. */
export const USAGE = {
  prompt_tokens: 900,
  completion_tokens: 80,
  total_tokens: 980,
  prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
  completion_tokens_details: {
    reasoning_tokens: 0,
    audio_tokens: 0,
    accepted_prediction_tokens: 0,
    rejected_prediction_tokens: 0,
  },
};

/** A valid answer of the session analysis; its summary says which request it was made for. */
export function answerFor(requestId: string) {
  return {
    language: "nl",
    sentiment: "NEUTRAL",
    escalated: false,
    forwarded_hr: false,
    category: "LEAVE_VACATION",
    questions: ["How do I ask for leave?"],
    summary: `An answer to ${requestId}.`,
  };
}

/** A valid line of an output file. */
export function answerLine(requestId: string, answer: unknown = answerFor(requestId), usage: unknown = USAGE) {
  const message = { role: "assistant", content: JSON.stringify(answer), refusal: null };
  return {
    id: "batch_req_1",
    custom_id: requestId,
    response: {
      status_code: 200,
      request_id: "req_1",
      body: {
        id: "chatcmpl-1",
        object: "chat.completion",
        choices: [{ index: 0, message, finish_reason: "stop" }],
        usage,
        service_tier: "default",
        system_fingerprint: "fp_1",
      },
    },
    error: null,
  };
}

/** A valid line of an error file. */
export function failureLine(requestId: string, status = 500) {
  const error = { message: "The server had an error", type: "server_error", param: null, code: null };
  return {
    id: "batch_req_2",
    custom_id: requestId,
    response: { status_code: status, request_id: "r", body: { error } },
    error: null,
  };
}

/** The same as Azure writes it where a filter refused the prompt: the reason is within. */
export function filteredLine(requestId: string) {
  const error = {
    code: "400",
    message: "The prompt was filtered.",
    innererror: { code: "ResponsibleAIPolicyViolation" },
  };
  return { ...failureLine(requestId), response: { status_code: 400, request_id: "r", body: { error } } };
}

/** A valid Batch object. */
export const BATCH = {
  id: "batch_1",
  object: "batch",
  endpoint: "/v1/chat/completions",
  errors: { object: "list", data: [{ code: "invalid_request", message: "no", param: null, line: 3 }] },
  input_file_id: "file-1",
  completion_window: "24h",
  status: "completed",
  output_file_id: "file-2",
  error_file_id: "",
  created_at: 1_790_000_000,
  expires_at: 1_790_086_400,
  request_counts: { total: 3, completed: 2, failed: 1 },
  metadata: { batch_id: "b1", epoch: "1" },
};
export const FILE = { id: "file-1", object: "file", bytes: 123, filename: "b1-1.jsonl", purpose: "batch" };
/** Why Azure refuses a batch. */
export const AZURE_REFUSALS = [
  "too_many_tasks",
  "url_mismatch",
  "model_mismatch",
  "input_modified",
  "input_no_permissions",
  "token_limit_exceeded",
] as const;

/** A valid Batch object that was refused with this code. */
export function refusedBatch(code: string) {
  const reason = { code, message: "The input file was refused.", param: null, line: null };
  return { ...BATCH, status: "failed", output_file_id: null, errors: { object: "list", data: [reason] } };
}

/** A reply in OpenAI's form as one of this shape sends it. */
export function showAs(shape: ShapeName, body: unknown): unknown {
  const reply = SHAPES[shape].show({ method: "GET" }, json(body));
  return reply.kind === "json" ? reply.body : undefined;
}
