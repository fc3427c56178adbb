import { isObject } from "../http/call.ts";
import { bearerKey, type Shape } from "./shape.ts";

type Wire = Record<string, unknown>;

const DAY = 24 * 3_600;
const LAST_SECOND = 100_000_000_000;
const TIMES = /_at$/;
/** Its own codes for what validation finds. */
const CODES: Readonly<Record<string, string>> = {
  too_many_requests_in_file: "too_many_tasks",
  invalid_url: "url_mismatch",
  mismatched_model: "model_mismatch",
  missing_required_parameter: "invalid_request",
  invalid_method: "invalid_request",
  streaming_unsupported: "invalid_request",
};

/**
 * Azure OpenAI as its documentation and its users describe it: deployments in place of models, batches that no window ends,
 * both files in any case, lists as `{ value: [] }`, times as texts, and counts that are not stated before there are any.
 */
export const azure: Shape = {
  prefix: "/openai/v1",
  keyOf: (headers) => {
    const key = headers["api-key"];
    return typeof key === "string" && key !== "" ? key : bearerKey(headers);
  },
  endpointOf: (path) => (path.startsWith("/v1/") ? path : `/v1${path}`),
  maxLines: 100_000,
  lifetime: { least: 14 * DAY, most: 30 * DAY, usual: null },
  processesUploads: true,
  expires: false,
  writesEmptyFiles: true,
  show: (call, reply) => {
    if (reply.kind !== "json" || !isObject(reply.body)) return reply;
    if (call.method === "DELETE" && reply.status === 200) return { kind: "text", status: 204, text: "" };
    return { ...reply, body: showBody(reply.body, reply.status) };
  },
};

function showBody(body: Wire, status: number): Wire {
  if (isObject(body.error) && body.object === undefined) return { error: showError(body.error, status) };
  if (body.object === "batch") return showBatch(body);
  if (body.object === "file") return showTimes(body);
  if (body.object === "list" && Array.isArray(body.data)) return showList(body, body.data);
  return body;
}

/** Two fields; what OpenAI has no code for has its status as one. */
function showError({ code, message }: Wire, status: number): Wire {
  return { code: code ?? String(status), message };
}

function showList({ data: _data, object: _object, ...rest }: Wire, data: unknown[]): Wire {
  return { value: data.map((item) => (isObject(item) ? showBody(item, 200) : item)), ...rest };
}

function showBatch({ usage: _usage, model: _model, ...batch }: Wire): Wire {
  const { request_counts, status, errors } = batch;
  return {
    ...showTimes(isTime(batch.created_at) ? { ...batch, expires_at: batch.created_at + DAY } : batch),
    endpoint: String(batch.endpoint).replace(/^\/v1/, ""),
    status: capitalised(String(status)),
    request_counts: isObject(request_counts) ? showCounts(request_counts) : request_counts,
    errors: isObject(errors) && Array.isArray(errors.data) ? { ...errors, data: errors.data.map(showReason) } : null,
  };
}

function showReason(reason: unknown): unknown {
  if (!isObject(reason)) return reason;
  const { param: _param, ...rest } = reason;
  return { ...rest, code: CODES[String(reason.code)] ?? reason.code };
}

/** `in_progress` is `InProgress`. */
function capitalised(word: string): string {
  return word.replace(/(^|_)([a-z])/g, (_match, _gap, letter: string) => letter.toUpperCase());
}

function showCounts(counts: Wire): Wire {
  return Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, count === 0 ? null : count]));
}

/** In seconds; a fault may have made something else of it. */
function isTime(value: unknown): value is number {
  return typeof value === "number" && value < LAST_SECOND;
}

function showTimes(thing: Wire): Wire {
  const shown = Object.entries(thing).map(([name, value]) => [
    name,
    TIMES.test(name) && isTime(value) ? new Date(value * 1_000).toISOString() : value,
  ]);
  return Object.fromEntries(shown);
}
