import { expect, it } from "vitest";
import type { FailureCode } from "../../lib/failures.ts";
import { readLine } from "../../lib/providers/openai/readLine.ts";
import type { Words } from "../../lib/providers/openai/whoseFault.ts";
import { raw } from "./resultLines.ts";

/** Failures, as they were seen or could be, and what is known of each. */
const ODD_FAILURES: [string, object, FailureCode, Partial<Words>][] = [
  [
    "an error that is not nested",
    {
      response: { status_code: 400, body: null },
      error: { object: "error", message: "too long", type: "BadRequestError", code: 400 },
    },
    "line_rejected",
    { status: 400, message: "too long", type: "BadRequestError" },
  ],
  [
    "an error that is not nested, under status 200",
    { response: { status_code: 200, body: { object: "error", message: "no such model", code: 404 } } },
    "line_rejected",
    { status: 404, message: "no such model", code: "404" },
  ],
  [
    "an error in a list",
    { response: { status_code: 400, body: [{ error: { message: "bad" } }] } },
    "line_rejected",
    { message: "bad" },
  ],
  [
    "a text for the error",
    { response: null, error: "upstream failed" },
    "line_server_error",
    { message: "upstream failed" },
  ],
  [
    "JSON in a text for the error",
    { response: null, error: '{"message":"no","code":"insufficient_quota"}' },
    "line_quota_exhausted",
    { message: "no" },
  ],
  ["a number for the error", { response: null, error: 503 }, "line_server_error", { status: 503 }],
  [
    "a text for the body",
    { response: { status_code: 502, body: "bad gateway" } },
    "line_server_error",
    { status: 502, message: "bad gateway" },
  ],
  [
    "a page for the body",
    { response: { status_code: 403, body: "<html><title>Forbidden</title>" } },
    "line_rejected",
    { status: 403, message: "Forbidden" },
  ],
  [
    "a title beside the message",
    { response: { status_code: 400, body: { error: "Bad Request", message: "too long" } } },
    "line_rejected",
    { message: "too long" },
  ],
  [
    "a detail for the message",
    { response: { status_code: 422, body: { detail: [{ msg: "too long" }] } } },
    "line_rejected",
    { message: "too long" },
  ],
  [
    "a text for the status",
    { response: { status_code: "429", body: { error: { message: "slow" } } } },
    "line_rate_limited",
    { status: 429 },
  ],
  [
    "a refused key",
    {
      response: {
        status_code: 401,
        body: { error: { message: "no", type: "invalid_request_error", code: "invalid_api_key" } },
      },
    },
    "line_rejected",
    { status: 401, code: "invalid_api_key" },
  ],
  [
    "no credit by the type alone",
    { response: { status_code: 429, body: { error: { type: "insufficient_quota", code: null } } } },
    "line_quota_exhausted",
    { type: "insufficient_quota" },
  ],
  ["a name alone", { response: null, error: "batch_expired" }, "batch_expired", { message: "batch_expired" }],
  [
    "a sentence on the end of the batch",
    { response: null, error: { message: "This request could not be executed before the completion window expired." } },
    "batch_expired",
    {},
  ],
  ["a bare name for it", { response: null, error: { code: "cancelled", message: "" } }, "batch_cancelled", {}],
  [
    "a sentence on the batch's cancelling",
    { response: null, error: { message: "Not executed: the batch was cancelled." } },
    "batch_cancelled",
    {},
  ],
  [
    "a key that has expired",
    { response: null, error: { code: "expired", message: "API key expired" } },
    "line_server_error",
    { code: "expired" },
  ],
  [
    "a filter by its sentence alone",
    { response: { status_code: 400, body: { message: "The prompt was filtered by our content management policy." } } },
    "answer_filtered",
    {},
  ],
  [
    "JSON in the message",
    {
      response: {
        status_code: 400,
        body: { error: { message: '{"error":{"message":"pay","code":"out_of_credits"}}' } },
      },
    },
    "line_quota_exhausted",
    { code: "out_of_credits", message: "pay" },
  ],
  [
    "a list of sentences",
    { response: { status_code: 400, body: { error: { message: ["a", "b"] } } } },
    "line_rejected",
    { message: "a" },
  ],
  [
    "a name for the status",
    { response: null, error: { status: "PERMISSION_DENIED", message: "no" } },
    "line_server_error",
    { type: "PERMISSION_DENIED" },
  ],
  ["no credit by the status", { response: { status_code: 402, body: {} } }, "line_quota_exhausted", { status: 402 }],
  [
    "a filter by the code",
    { response: { status_code: 400, body: { error: { code: "content_filter", message: "filtered" } } } },
    "answer_filtered",
    { code: "content_filter" },
  ],
  [
    "a filter by the code within",
    {
      response: {
        status_code: 400,
        body: { error: { code: "400", message: "f", innererror: { code: "ResponsibleAIPolicyViolation" } } },
      },
    },
    "answer_filtered",
    { code: "ResponsibleAIPolicyViolation" },
  ],
  [
    "an error in the choice",
    {
      response: {
        status_code: 200,
        body: { choices: [{ finish_reason: "error", error: { code: 502, message: "down" } }] },
      },
    },
    "line_server_error",
    { status: 502, message: "down" },
  ],
];

it.each(ODD_FAILURES)("a line of a result file keeps the provider's words: %s", (_name, odd, code, words) => {
  const read = readLine(raw(odd));
  expect(read).toMatchObject({ kind: "failure", requestId: "r1", code });
  if (read.kind !== "failure") return;
  expect(read.message).toContain(words.message ?? "");
  for (const word of Object.values(words)) expect(read.wording).toContain(String(word));
});
