import { APIConnectionError, APIError, APIUserAbortError } from "openai";
import { messageOf } from "../../errors.ts";
import { ProviderError } from "../errors.ts";
import { faultByWords, type Refusal, whoseFault } from "../whoseFault.ts";

/** Statuses that speak of the request itself; any other may come from something in between. */
const REFUSALS = new Set([400, 422]);
const LONGEST_RETRY_AFTER_MS = 86_400_000;
const MAX_MESSAGE = 1_000;

/** Translates whatever the SDK threw; `doing` says what was tried, such as "creating a batch". */
export function toProviderError(doing: string, error: unknown): ProviderError {
  if (error instanceof ProviderError) return error;
  if (error instanceof APIConnectionError || error instanceof APIUserAbortError || !(error instanceof APIError)) {
    return new ProviderError(
      "provider_unreachable",
      `The provider gave no usable answer on ${doing}: ${innermost(error)}`,
      {
        cause: error,
      },
    );
  }
  const status = error.status ?? 0;
  const said = clip(`the provider answered ${status} on ${doing}: ${error.message}`);
  const refusal = readRefusal(error);
  const options = { cause: error, refusal };
  const fault = whoseFault(refusal);
  if (fault === "credit") {
    return new ProviderError("provider_quota_exhausted", `The account has no credit left: ${said}`, options);
  }
  if (faultByWords(refusal) === "model") {
    return new ProviderError("provider_model_refused", `The model is refused: ${said}`, options);
  }
  if (status === 401 || status === 403) {
    return new ProviderError("provider_key_refused", `The provider does not accept the key (status ${status}).`, {
      refusal,
    });
  }
  if (status === 404 || (fault === "file_not_seen" && REFUSALS.has(status)))
    return new ProviderError("provider_not_found", `Not there: ${said}`, options);
  if (status === 413 || (fault === "size" && REFUSALS.has(status))) {
    return new ProviderError("provider_too_large", `Too large: ${said}`, options);
  }
  if (REFUSALS.has(status)) return new ProviderError("provider_refused", `Refused: ${said}`, options);
  const retryAfterMs = readRetryAfter(error.headers);
  const later = { ...options, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  if (status === 429) return new ProviderError("provider_rate_limited", `Too fast: ${said}`, later);
  return new ProviderError("provider_unreachable", `Not served: ${said}`, later);
}

/** Compatible servers put numbers where texts belong. */
function readRefusal(error: APIError): Refusal {
  const text = (value: unknown) => (value === null || value === undefined || value === "" ? null : String(value));
  return {
    status: error.status ?? null,
    code: text(error.code),
    type: text(error.type),
    param: text(error.param),
    message: clip(error.message),
  };
}

/** What lies at the bottom, such as "connect ECONNREFUSED 127.0.0.1:9"; the errors above it only say that a fetch failed. */
function innermost(error: unknown): string {
  let reason = error;
  while (reason instanceof Error && reason.cause instanceof Error) reason = reason.cause;
  return clip(messageOf(reason));
}

/** A proxy may answer with a whole page, and messages are kept in PostgreSQL, which holds no U+0000. */
function clip(message: string): string {
  return message.slice(0, MAX_MESSAGE).replaceAll("\0", "").toWellFormed();
}

/** Milliseconds from `retry-after-ms` or `retry-after` (seconds or an HTTP date), within a day. */
function readRetryAfter(headers: Headers | undefined): number | undefined {
  const text = headers?.get("retry-after") ?? "";
  const given = [
    Number.parseFloat(headers?.get("retry-after-ms") ?? ""),
    text === "" ? Number.NaN : Number(text) * 1000,
    Date.parse(text) - Date.now(),
  ].find(Number.isFinite);
  return given === undefined ? undefined : Math.min(Math.max(0, given), LONGEST_RETRY_AFTER_MS);
}
