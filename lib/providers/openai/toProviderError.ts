import { APIConnectionError, APIConnectionTimeoutError, APIError, APIUserAbortError } from "openai";
import { codeOf } from "../../errors.ts";
import { ProviderError, type ProviderErrorCode } from "../contract/errors.ts";
import { asErrorReply, describePage, type ErrorReply, readErrorReply } from "./errorReply.ts";
import { oneLine } from "./oneLine.ts";
import { readLimit } from "./readLimit.ts";
import { faultByWords, type Words, whoseFault } from "./whoseFault.ts";

/** Statuses that speak of the request itself; any other may come from something in between. */
const REFUSALS = new Set([400, 422]);
/** What something in between may well say of a call; anything else in a page of HTML is not the provider's word. */
const SAID_BY_PAGES = new Set([413, 429]);
/** What says nothing of the thing that was asked for: of the key, of the credit, of a proxy, of the moment. */
const NO_ANSWER = new Set([401, 402, 403, 407, 408, 429]);
const LONGEST_REASON = 1_000;
/** All that is known of a reply with status 407: undici hands it to nobody, and says nothing of it. */
const UNSAID = "the reply could not be read; a proxy may be asking for a password (407)";

/** Translates whatever the SDK threw; `doing` says what was tried, such as "creating a batch". */
export function toProviderError(doing: string, error: unknown): ProviderError {
  if (error instanceof ProviderError) return error;
  if (!(error instanceof APIError) || error instanceof APIConnectionError || error instanceof APIUserAbortError) {
    const message = `The provider gave no usable answer while ${doing}: ${reasonOf(error)}`;
    return new ProviderError("provider_unreachable", message, { cause: error });
  }
  const status = error.status ?? 0;
  const reply = asErrorReply(error.error) ?? readErrorReply(error.message);
  return fromReply(doing, status, reply);
}

/** What was refused in a reply that is none of an error, by its words: as if the call had been answered so. */
export function toRefusal(doing: string, { code, message }: Pick<ErrorReply, "code" | "message">): ProviderError {
  return fromReply(doing, 400, { form: "json", code, type: null, param: null, message, retryAfterMs: null });
}

function fromReply(doing: string, status: number, reply: ErrorReply): ProviderError {
  const { code, type, param, message, retryAfterMs } = reply;
  const words: Words = { status, code, type, param, message };
  const [ours, verdict] = judge(status, reply, words);
  // The SDK's error is not kept as the cause: it holds headers and body as they came.
  return new ProviderError(ours, `${verdict} (status ${status} while ${doing}): ${wordsOf(status, reply)}`, {
    limit: readLimit(words),
    isFinal: status >= 400 && status < 500 && !NO_ANSWER.has(status),
    ...(retryAfterMs === null ? {} : { retryAfterMs }),
  });
}

/** Whose word a reply is, and what it means. */
function judge(status: number, { form }: ErrorReply, words: Words): [ProviderErrorCode, string] {
  if (form === "markup" && !SAID_BY_PAGES.has(status)) return ["provider_unreachable", "The provider is not available"];
  const fault = whoseFault(words);
  if (fault === "credit") return ["provider_quota_exhausted", "The account has no credit left"];
  if (fault === "storage") return ["provider_storage_full", "The provider has no room for more files"];
  if (faultByWords(words) === "model") return ["provider_model_refused", "The provider refused the model"];
  if (status === 401) return ["provider_key_refused", "The provider rejected the key"];
  if (status === 403) return ["provider_key_refused", "The provider denied access with this key"];
  if (fault === "access" && REFUSALS.has(status)) return ["provider_key_refused", "The provider rejected the key"];
  // Only who speaks JSON can know batches and files: that one is gone decides whether it is sent again.
  if (status === 404 && form !== "json") return ["provider_unreachable", "The provider is not available"];
  if (status === 404 || (fault === "file_not_seen" && REFUSALS.has(status)))
    return ["provider_not_found", "The provider did not find it"];
  if (status === 413 || (fault === "size" && REFUSALS.has(status)))
    return ["provider_too_large", "The provider found it too large"];
  const isForNow = status === 429 || (fault === "busy" && REFUSALS.has(status));
  if (REFUSALS.has(status) && !isForNow) return ["provider_refused", "The provider refused it"];
  return isForNow
    ? ["provider_rate_limited", "The provider is rate limiting"]
    : ["provider_unreachable", "The provider is not available"];
}

function wordsOf(status: number, { form, message, code, type }: ErrorReply): string {
  if (form === "markup") return describePage(message);
  if (form === "empty")
    return status === 404 ? "nothing at this address answers like a provider" : "no reason was given";
  const names = new Set([code, type].filter((name) => name !== null && name !== String(status)));
  return names.size === 0 ? message : `${message} [${[...names].join(", ")}]`;
}

/** What lies at the bottom, such as "connect ECONNREFUSED 127.0.0.1:9"; the errors above it only say that a fetch failed. */
function reasonOf(error: unknown): string {
  const bottom = innermost(error);
  const [, refusal] = /^Proxy response \((\d+)\)/.exec(bottom.message) ?? [];
  if (refusal) return `the proxy refused the connection with status ${refusal}`;
  if (error instanceof APIConnectionTimeoutError && bottom.name === "AbortError") return "no answer in time";
  return oneLine(bottom.message || codeOf(bottom) || UNSAID, LONGEST_REASON);
}

function innermost(error: unknown): Error {
  let reason = error instanceof Error ? error : new Error(String(error));
  for (let depth = 0; depth < 10; depth++) {
    // Several addresses were tried: the first one's failure speaks for all.
    const inner = reason instanceof AggregateError ? reason.errors[0] : reason.cause;
    if (!(inner instanceof Error)) break;
    reason = inner;
  }
  return reason;
}
