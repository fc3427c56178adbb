import type { Clock } from "../clock.ts";
import { ApiError } from "../errors.ts";

/** At most `limit` calls in any window of `windowMs`; a limit of 0 is none. */
export class RateLimit {
  readonly #clock: Clock;
  readonly #limit: number;
  readonly #windowMs: number;
  readonly #what: string;
  #times: number[] = [];

  /** `what` completes the sentence "Rate limit reached for ...". */
  constructor(clock: Clock, limit: number, windowMs: number, what: string) {
    this.#clock = clock;
    this.#limit = limit;
    this.#windowMs = windowMs;
    this.#what = what;
  }

  /** Counts a call, or throws a 429 with the seconds to wait in `retry-after`. */
  take(): void {
    const now = this.#clock.now();
    this.#times = this.#times.filter((time) => time > now - this.#windowMs);
    if (this.#limit > 0 && this.#times.length >= this.#limit) {
      const wait = Math.ceil(((this.#times[0] ?? now) + this.#windowMs - now) / 1_000);
      throw new ApiError(429, `Rate limit reached for ${this.#what}. Please try again in ${wait}s.`, {
        type: "requests",
        code: "rate_limit_exceeded",
        headers: { "retry-after": String(wait) },
      });
    }
    this.#times.push(now);
  }
}
