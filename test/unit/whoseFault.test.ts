import { describe, expect, it } from "vitest";
import { type Fault, findDecisive } from "../../lib/providers/contract/fault.ts";
import { type Words, whoseFault } from "../../lib/providers/openai/whoseFault.ts";

const NOTHING: Words = { status: null, code: null, type: null, param: null, message: "" };

/** What providers, gateways and compatible servers have said, and what it is about. */
const SEEN: Record<Exclude<Fault, never>, Partial<Words>[]> = {
  credit: [
    { status: 429, code: "insufficient_quota" },
    { status: 429, type: "insufficient_quota" },
    { status: 402, message: "Payment Required" },
    { status: 400, message: "Payment required to go on." },
    { status: 429, type: "exceeded_current_quota_error" },
    { status: 400, code: "Arrearage", message: "Please make sure your account is in good standing." },
    { status: 403, message: "Your account has an unpaid invoice." },
    { status: 400, message: "You have run out of credits." },
    { status: 403, message: "The account balance is negative." },
    { code: "402" },
    { status: 402, code: "server_error", message: "Payment required" },
    { status: 400, code: "billing_hard_limit_reached" },
    { status: 429, type: "EnforcedSpendLimitReached" },
    { status: 400, type: "invalid_request_error", message: "Your credit balance is too low to access the API." },
    { status: 429, message: "You exceeded your current quota, please check your plan and billing details." },
  ],
  access: [
    { status: 401, code: "invalid_api_key", type: "invalid_request_error", message: "Incorrect API key provided" },
    { status: 401, message: "You have insufficient permissions for this operation. Missing scopes: api.files.write." },
    { status: 403, code: "unsupported_country_region_territory", type: "request_forbidden" },
    { status: 401, code: "mismatched_organization" },
    { code: "input_no_permissions" },
    { code: "401", message: "Unauthorized" },
    { status: 403 },
    { status: 400, message: "API key not valid. Please pass a valid API key." },
    { type: "authentication_error" },
    { status: 400, type: "UNAUTHENTICATED" },
    { code: "token_expired", message: "Sign in again." },
    { status: 400, code: "no_authorization_header" },
    { status: 400, code: "organization_restricted", message: "Organization has been restricted. Contact support." },
  ],
  storage: [
    { status: 400, message: "You've exceeded your file storage quota. Delete files that you no longer need." },
    { status: 400, message: "Organization storage limit exceeded. You have used 100 GB of 100 GB." },
    { status: 403, code: "storage_quota_exceeded" },
    { status: 429, message: "The maximum number of files, 500, has been reached." },
    { status: 507 },
  ],
  tokens: [{ code: "token_limit_exceeded", message: "Enqueued token limit reached for M. Limit: 30 enqueued tokens." }],
  model: [
    { status: 404, code: "model_not_found", message: "The model `x` does not exist or you do not have access to it." },
    { status: 403, code: "model_not_found", message: "Project `p` does not have access to model `x`" },
    { code: "model_not_found", param: "body.model" },
    { status: 404, code: "DeploymentNotFound" },
    { status: 400, code: "unsupported_parameter", param: "reasoning_effort" },
    { status: 400, message: "Unsupported parameter: 'temperature' is not supported with this model." },
    { status: 400, code: "unsupported_value", param: "reasoning_effort" },
    { status: 400, param: "response_format", message: "Invalid schema for response_format 'session_analysis'" },
    { code: "invalid_url", param: "url" },
    { code: "mismatched_model", param: "body.model" },
    { code: "404", message: "Not Found" },
    { status: 403, message: "Your organization must be verified to use the model `x`." },
    { status: 403, code: "model_permission_blocked_org" },
    { status: 400, message: "'response_format' of type 'json_schema' is not supported with this model." },
    { status: 403, message: "You are not allowed to sample from this model" },
  ],
  size: [
    { status: 413, message: "<html>413 Request Entity Too Large</html>" },
    { status: 400, message: "File is too large." },
    { status: 400, code: "too_many_requests", message: "The batch has more than 50000 requests." },
    { code: "too_many_requests_in_file", message: "The input file contains more than 50 requests." },
    { code: "invalid_request", message: "The batch exceeds the maximum number of lines (50000)." },
    { code: "too_many_tasks" },
    { code: "invalid_request", message: "The number of requests in the input file exceeds 100,000." },
  ],
  file_not_seen: [
    { code: "file_expired", message: "It was deleted." },
    { status: 400, message: "The file file-1 is not ready: it is still being processed." },
    { status: 400, code: "400", message: "The input file 'file-1' is in 'pending' state." },
    { code: "input_modified", message: "It was changed." },
    {
      code: "invalid_request",
      param: "file_id",
      message: "Cannot find file F, or organization O does not have access.",
    },
  ],
  busy: [
    { status: 429, code: "rate_limit_exceeded" },
    { status: 429, code: "too_many_requests", message: "You exceeded the limit of 60 requests." },
    { status: 429, message: "Rate limit reached: you exceeded 500 requests per minute." },
    { status: 429, code: "too_many_tasks" },
    { status: 400, message: "You have reached the maximum number of active batches (10)." },
    { status: 503 },
    { code: "500", message: "Oops" },
    { code: "server_error" },
  ],
  line: [
    {
      status: 400,
      type: "BadRequestError",
      code: "400",
      message: "This model's maximum context length is 8192 tokens",
    },
    { status: 400, code: "context_length_exceeded", param: "messages" },
    { code: "invalid_json_line" },
    { status: 400, code: "invalid_prompt", message: "Your prompt was flagged." },
  ],
  unknown: [
    { status: 400, code: "invalid_value", message: "The request body is not valid for this model." },
    { code: "out_of_cheese" },
    { code: "missing_required_parameter", param: "body.messages", message: "Missing required parameter: 'messages'." },
    {},
  ],
};

describe("whose fault it is", () => {
  for (const [fault, refusals] of Object.entries(SEEN)) {
    it.each(refusals)(`${fault}: %j`, (said) => {
      expect(whoseFault({ ...NOTHING, ...said })).toBe(fault);
    });
  }

  it("of several errors, the one about the widest thing decides, wherever it stands", () => {
    const errors = [
      "out_of_cheese",
      "invalid_json_line",
      "token_limit_exceeded",
      "insufficient_quota",
      "model_not_found",
    ];
    const decisive = findDecisive(errors.map((code) => ({ code, fault: whoseFault({ ...NOTHING, code }) })));
    expect(decisive).toEqual({ fault: "credit", code: "insufficient_quota" });
    expect(findDecisive([])).toBeUndefined();
  });
});
