import type { FailureCode } from "../../failures.ts";
import { type Refusal, whoseFault } from "../whoseFault.ts";

/** Codes and types that say by themselves what is the matter, whatever the status. */
const BY_NAME: Readonly<Record<string, FailureCode>> = {
  batch_expired: "batch_expired",
  batch_cancelled: "batch_cancelled",
  batch_canceled: "batch_cancelled",
  request_timeout: "line_timed_out",
  content_filter: "answer_filtered",
  content_policy_violation: "answer_filtered",
  responsibleaipolicyviolation: "answer_filtered",
  rate_limit_exceeded: "line_rate_limited",
  rate_limit_error: "line_rate_limited",
};

const BY_STATUS: Readonly<Record<number, FailureCode>> = {
  408: "line_timed_out",
  429: "line_rate_limited",
  // Too early, or in conflict with something else: nothing that the line could be blamed for.
  409: "line_server_error",
  425: "line_server_error",
};

/** What a line that failed comes to. Codes may stand in the type, and types in the code. */
export function judgeWords(words: Refusal): FailureCode {
  const names = [words.code, words.type].filter((name) => name !== null).map((name) => name.toLowerCase());
  if (whoseFault(words) === "credit") return "line_quota_exhausted";
  const named = names.map((name) => BY_NAME[name]).find((code) => code !== undefined);
  if (named) return named;
  const { status } = words;
  if (status === null) return names.some(isBadRequest) ? "line_rejected" : "line_server_error";
  return BY_STATUS[status] ?? (status >= 400 && status < 500 ? "line_rejected" : "line_server_error");
}

/** As in `invalid_request_error` and `BadRequestError`. */
function isBadRequest(name: string): boolean {
  return /^(invalid_request|bad_?request)/.test(name);
}
