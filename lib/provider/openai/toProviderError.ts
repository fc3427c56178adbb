import { APIConnectionError, APIError, APIUserAbortError } from "openai";
import { messageOf } from "../../errors.ts";
import { ProviderError } from "../errors.ts";

/** A person has to act on these: https://platform.openai.com/docs/guides/error-codes */
const QUOTA_CODES = new Set(["insufficient_quota", "billing_hard_limit_reached", "billing_not_active"]);
const UNKNOWN_OUTCOME = new Set([408, 409]);

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
  const said = `the provider answered ${status} on ${doing}: ${error.message}`;
  if (error.code && QUOTA_CODES.has(error.code)) {
    return new ProviderError("provider_quota_exhausted", `The account has no credit left: ${said}`, { cause: error });
  }
  if (status === 401 || status === 403) {
    return new ProviderError("provider_key_refused", `The provider does not accept the key (status ${status}).`);
  }
  if (status === 404) return new ProviderError("provider_not_found", `Not there: ${said}`, { cause: error });
  if (status === 429) {
    const retryAfterMs = readRetryAfter(error.headers);
    return new ProviderError("provider_rate_limited", `Too fast: ${said}`, {
      cause: error,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    });
  }
  if (status >= 400 && status < 500 && !UNKNOWN_OUTCOME.has(status)) {
    return new ProviderError("provider_refused", `Refused: ${said}`, { cause: error });
  }
  return new ProviderError("provider_unreachable", `Not served: ${said}`, { cause: error });
}

/** What lies at the bottom, such as "connect ECONNREFUSED 127.0.0.1:9"; the errors above it only say that a fetch failed. */
function innermost(error: unknown): string {
  let reason = error;
  while (reason instanceof Error && reason.cause instanceof Error) reason = reason.cause;
  return messageOf(reason);
}

/** Milliseconds from `retry-after-ms` or `retry-after` (seconds or an HTTP date). */
function readRetryAfter(headers: Headers | undefined): number | undefined {
  const ms = Number.parseFloat(headers?.get("retry-after-ms") ?? "");
  if (Number.isFinite(ms)) return ms;
  const text = headers?.get("retry-after");
  if (!text) return undefined;
  const seconds = Number(text);
  if (Number.isFinite(seconds)) return seconds * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}
