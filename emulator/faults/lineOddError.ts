import { z } from "zod";
import { defineFault } from "./fault.ts";
import { httpFailure } from "./lineError.ts";

const message = "This model's maximum context length is 8192 tokens.";

/** What stands in `response` and in `error`, given the status. */
const HOW = {
  flat: (status: number) => ({
    response: { status_code: status, request_id: "req", body: null },
    error: { object: "error", message, type: "BadRequestError", code: status },
  }),
  flat_200: (status: number) => ({
    response: { status_code: 200, request_id: "req", body: { object: "error", message, code: status } },
    error: null,
  }),
  text: (status: number) => ({ response: { status_code: status, request_id: "req", body: message }, error: null }),
  list: (status: number) => ({
    response: { status_code: status, body: [{ error: { message, code: status } }] },
    error: null,
  }),
  html: (status: number) => ({
    response: { status_code: String(status), body: `<html><title>${message}</title></html>` },
    error: "",
  }),
  error_text: (status: number) => ({ response: null, error: JSON.stringify({ code: status, message }) }),
} as const;

const names = Object.keys(HOW) as [keyof typeof HOW];

export const lineOddError = defineFault({
  kind: "line_odd_error",
  summary: "A line fails with an error that is flat, a string, a list or a web page, or comes with status 200.",
  at: "line",
  params: z.strictObject({
    how: z.enum(names).default("flat"),
    status: z.coerce.number().int().min(400).max(599).default(400),
  }),
  onLine: (line, { how, status }) => ({
    ...httpFailure(line, status),
    distort: (text) => JSON.stringify({ ...JSON.parse(text), ...HOW[how](status) }),
  }),
});
