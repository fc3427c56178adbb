import { z } from "zod";
import { type BatchLine, unrunLine } from "../batches/batchLine.ts";
import { defineFault } from "./fault.ts";

export const lineError = defineFault({
  kind: "line_error",
  summary: "A line fails: with an HTTP status in its response, or, given a code, with response null and that error.",
  at: "line",
  params: z.strictObject({
    status: z.coerce.number().int().min(400).max(599).default(500),
    /** Such as request_timeout. */
    code: z.string().optional(),
    message: z.string().optional(),
    type: z.string().optional(),
    /** Where it stands: in `error` beside an empty response, or in the body of the response, under the status. */
    in: z.enum(["error", "response"]).optional(),
  }),
  onLine: (line, { status, code, message, type, in: place = code === undefined ? "response" : "error" }) =>
    place === "response"
      ? httpFailure(line, status, { ...(code && { code }), ...(message && { message }), ...(type && { type }) })
      : unrunLine(line.id, line.customId, code ?? "unknown", message ?? `This request could not be executed: ${code}.`),
});

interface ErrorBody {
  message: string;
  type: string;
  code: string | null;
}

const bodies: Record<number, ErrorBody> = {
  400: {
    message: "The request body is not valid for this model.",
    type: "invalid_request_error",
    code: "invalid_value",
  },
  401: { message: "Incorrect API key provided.", type: "invalid_request_error", code: "invalid_api_key" },
  404: {
    message: "The model does not exist or you do not have access to it.",
    type: "invalid_request_error",
    code: "model_not_found",
  },
  429: { message: "Rate limit reached for requests.", type: "requests", code: "rate_limit_exceeded" },
};

const serverError = {
  message: "The server had an error while processing your request. Sorry about that!",
  type: "server_error",
  code: null,
};

/** The line as an HTTP failure: in the error file, with `error: null`, not billed. */
export function httpFailure(line: BatchLine, status: number, said: Partial<ErrorBody> = {}): BatchLine {
  const { message, type, code } = { ...(bodies[status] ?? serverError), ...said };
  const request_id = line.response?.request_id ?? "";
  return {
    ...line,
    response: { status_code: status, request_id, body: { error: { message, type, param: null, code } } },
    error: null,
    file: "error",
    counted: "failed",
    usage: null,
    usable: false,
  };
}
