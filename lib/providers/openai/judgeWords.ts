import type { FailureCode } from "../../failures.ts";
import { lookUp } from "../../json.ts";
import { type Words, whoseFault } from "./whoseFault.ts";

/** Codes and types that say by themselves what is the matter, whatever the status. */
const BY_NAME: Readonly<Record<string, FailureCode>> = {
  batch_expired: "batch_expired",
  request_expired: "batch_expired",
  batch_cancelled: "batch_cancelled",
  batch_canceled: "batch_cancelled",
  request_cancelled: "batch_cancelled",
  request_canceled: "batch_cancelled",
  request_timeout: "line_timed_out",
  content_filter: "answer_filtered",
  content_filtered: "answer_filtered",
  content_policy_violation: "answer_filtered",
  moderation_blocked: "answer_filtered",
  responsibleaipolicyviolation: "answer_filtered",
  rate_limit_exceeded: "line_rate_limited",
  rate_limit_error: "line_rate_limited",
};

/** Codes that say it of a line, unless the words are about something wider: a key expires, too. */
const BY_BARE_NAME: Readonly<Record<string, FailureCode>> = {
  expired: "batch_expired",
  cancelled: "batch_cancelled",
  canceled: "batch_cancelled",
};

/** Sentences that say the same where no name does. */
const BY_SENTENCE: readonly [FailureCode, RegExp][] = [
  ["batch_expired", /completion window (has )?(expired|elapsed|passed)|\bbatch (has |was |is )?expired/i],
  ["batch_cancelled", /\bbatch (has been |had been |was |is |got )?cancell?ed/i],
  [
    "answer_filtered",
    /content (management )?policy|content filter|(prompt|input|output|response|content|message|request)s? (was|were|has been|have been) (filtered|flagged)|safety system/i,
  ],
];

const BY_STATUS: Readonly<Record<number, FailureCode>> = {
  408: "line_timed_out",
  429: "line_rate_limited",
  // Too early, or in conflict with something else: nothing that the line could be blamed for.
  409: "line_server_error",
  425: "line_server_error",
};

/** What a line that failed comes to. Codes may stand in the type, and types in the code. */
export function judgeWords(words: Words): FailureCode {
  // A name may be all that is said.
  const said = /^\w+$/.test(words.message) ? words.message : null;
  const names = [words.code, words.type, said].filter((name) => name !== null).map((name) => name.toLowerCase());
  const fault = whoseFault(words);
  if (fault === "credit") return "line_quota_exhausted";
  const known = fault === "unknown" ? { ...BY_BARE_NAME, ...BY_NAME } : BY_NAME;
  const named = names.map((name) => lookUp(known, name)).find((code) => code !== undefined);
  const told = named ?? BY_SENTENCE.find(([, sentences]) => sentences.test(words.message))?.[0];
  if (told) return told;
  const { status } = words;
  if (status === null) return names.some(isBadRequest) ? "line_rejected" : "line_server_error";
  return BY_STATUS[status] ?? (status >= 400 && status < 500 ? "line_rejected" : "line_server_error");
}

/** As in `invalid_request_error` and `BadRequestError`. */
function isBadRequest(name: string): boolean {
  return /^(invalid_request|bad_?request)/.test(name);
}
