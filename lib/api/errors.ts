import { LiveDashError } from "../errors.ts";

/** Every way in which a call is refused, with its HTTP status. */
const STATUSES = {
  invalid_input: 400,
  invalid_cursor: 400,
  unauthenticated: 401,
  forbidden: 403,
  foreign_origin: 403,
  company_suspended: 403,
  address_not_allowed: 403,
  password_change_required: 403,
  two_factor_required: 403,
  second_factor_needed: 403,
  not_found: 404,
  body_too_slow: 408,
  conflict: 409,
  database_copied: 409,
  too_large: 413,
  unsupported_media_type: 415,
  import_failed: 422,
  too_many_calls: 429,
  provider_failed: 502,
  stopping: 503,
  database_unavailable: 503,
  too_slow: 503,
} as const;

type RefusalCode = keyof typeof STATUSES;

/** A call that is refused, with a sentence for whoever made it. Everything else that is thrown is our own fault. */
export class RefusedError extends LiveDashError {
  readonly status: number;
  /** Seconds after which to call again. */
  readonly retryAfter: number | undefined;

  constructor(code: RefusalCode, message: string, options: { cause?: unknown; retryAfter?: number } = {}) {
    super(code, message, { cause: options.cause, retryable: STATUSES[code] === 429 || STATUSES[code] >= 500 });
    this.name = "RefusedError";
    this.status = STATUSES[code];
    this.retryAfter = options.retryAfter;
  }
}

/**
 * A call that somebody has no right to, found out while it runs. `callOperation` records it once the call's transaction is rolled
 * back: a record written beside an open transaction would need a second connection, and could starve the pool.
 */
export class DeniedError extends RefusedError {
  readonly action: string;
  readonly details: Record<string, unknown>;

  constructor(message: string, denied: { action: string; details: Record<string, unknown> }) {
    super("forbidden", message);
    this.action = denied.action;
    this.details = denied.details;
  }
}

/** Missing and foreign answer the same, so that nobody learns what exists elsewhere. */
export function notFound(what: string): RefusedError {
  return new RefusedError("not_found", `This ${what} does not exist.`);
}
