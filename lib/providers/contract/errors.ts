import { LiveDashError } from "../../errors.ts";
import type { Fault, RefusedLimit } from "./fault.ts";

/**
 * Why a call to the provider did not do what it should.
 * - `provider_unreachable`: no answer, or none that can be understood; whether the call had an effect is unknown.
 * - `provider_rate_limited`: refused for now; `retryAfterMs` if the provider said how long.
 * - `provider_key_refused`, `provider_quota_exhausted`, `provider_storage_full`: a person has to act; trying again does not help.
 * - `provider_model_refused`: the model, or what all requests to it share; other models may well go on.
 * - `provider_too_large`: the file is larger than it may be.
 * - `provider_not_found`: the batch or file does not exist there.
 * - `provider_refused`: the request itself is wrong.
 */
export type ProviderErrorCode = keyof typeof FAULTS;

const FAULTS = {
  provider_unreachable: "busy",
  provider_rate_limited: "busy",
  provider_key_refused: "access",
  provider_quota_exhausted: "credit",
  provider_storage_full: "storage",
  provider_model_refused: "model",
  provider_too_large: "size",
  provider_not_found: "file_not_seen",
  provider_refused: "unknown",
} as const satisfies Record<string, Fault>;

const RETRYABLE: ReadonlySet<ProviderErrorCode> = new Set(["provider_unreachable", "provider_rate_limited"]);

interface ProviderErrorOptions {
  cause?: unknown;
  retryAfterMs?: number;
  limit?: RefusedLimit | null;
  isFinal?: boolean;
}

export class ProviderError extends LiveDashError {
  declare readonly code: ProviderErrorCode;
  readonly retryAfterMs: number | undefined;
  /** The limit that the refusal speaks of, if it does. */
  readonly limit: RefusedLimit | null;
  /** Whether this is the provider's answer to what was asked: to ask the same again would bring the same. */
  readonly isFinal: boolean;

  constructor(code: ProviderErrorCode, message: string, options: ProviderErrorOptions = {}) {
    super(code, message, { cause: options.cause, retryable: RETRYABLE.has(code) });
    this.name = "ProviderError";
    this.retryAfterMs = options.retryAfterMs;
    this.limit = options.limit ?? null;
    this.isFinal = options.isFinal ?? false;
  }

  get fault(): (typeof FAULTS)[ProviderErrorCode] {
    return FAULTS[this.code];
  }
}

/** Also for errors of a provider that the server has loaded: in development, and in tests, pages have a class of their own. */
export function isProviderError(error: unknown): error is ProviderError {
  return error instanceof ProviderError || (error instanceof Error && error.name === "ProviderError");
}
