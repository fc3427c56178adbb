import { ProviderError } from "../../lib/providers/contract/errors.ts";

/** So many calls within a time, as a provider counts them. */
export class Window {
  readonly #ms: number;
  readonly #most: number;
  #times: number[] = [];

  constructor(ms: number, most: number) {
    this.#ms = ms;
    this.#most = most;
  }

  /** Counts a call. @throws ProviderError `provider_rate_limited`, which says when there is room again */
  take(now: number): void {
    this.#times = this.#times.filter((at) => at > now - this.#ms);
    const [first = now] = this.#times;
    if (this.#times.length >= this.#most) {
      throw new ProviderError("provider_rate_limited", "Rate limit reached.", { retryAfterMs: first + this.#ms - now });
    }
    this.#times.push(now);
  }
}
