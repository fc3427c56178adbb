import { z } from "zod";
import { ApiError } from "../errors.ts";
import type { Reply } from "../http/reply.ts";
import { randomInteger } from "../random.ts";
import { defineFault } from "./fault.ts";

const BODIES = ["nested", "flat", "text", "html", "empty"] as const;

const statusSchema = z.coerce.number<string | number>().int().min(400).max(599);

export const httpError = defineFault({
  kind: "http_error",
  summary: "A call is refused with one of the given HTTP statuses and is not handled.",
  at: "call",
  params: z.strictObject({
    /** One status or several, as a list or as `429|500|503`. */
    status: z
      .union([z.number(), z.string(), z.array(z.number())])
      .default(500)
      .transform((status): (string | number)[] => (typeof status === "object" ? status : String(status).split("|")))
      .pipe(z.array(statusSchema).min(1)),
    /** Seconds of the retry-after header; no header without it. */
    retry_after: z.coerce.number().min(0).optional(),
    /** Value of the x-should-retry header; no header without it. */
    should_retry: z.enum(["true", "false"]).optional(),
    message: z.string().default("The server had an error while processing your request. Sorry about that!"),
    type: z.string().optional(),
    code: z.string().nullable().default(null),
    /** `nested` as the provider writes it, `flat` as compatible servers do, the others as proxies and firewalls do. */
    body: z.enum(BODIES).default("nested"),
  }),
  onCall: async (_call, { status, retry_after, should_retry, message, type, code, body }, { random }) => {
    const chosen = status[randomInteger(random, 0, status.length - 1)] ?? 500;
    const error = new ApiError(chosen, message, {
      type: type ?? (chosen === 429 ? "requests" : chosen >= 500 ? "server_error" : "invalid_request_error"),
      code,
      headers: {
        ...(retry_after !== undefined && { "retry-after": String(retry_after) }),
        ...(should_retry !== undefined && { "x-should-retry": should_retry }),
      },
    });
    return inForm(error, body);
  },
});

function inForm(error: ApiError, form: (typeof BODIES)[number]): Reply {
  const { status, message, headers } = error;
  if (form === "nested") return { kind: "json", status, body: error.toBody(), headers };
  if (form === "flat") return { kind: "json", status, body: { object: "error", ...error.toBody().error }, headers };
  const html = `<!doctype html>\n<html><head><title>${message}</title></head><body><h1>${message}</h1></body></html>\n`;
  const text = { text: message, html, empty: "" }[form];
  const type = form === "html" ? "text/html; charset=utf-8" : "text/plain";
  return { kind: "text", status, text, headers: { ...headers, "content-type": type } };
}
