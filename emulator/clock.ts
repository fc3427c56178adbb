/** Where the emulator takes its time from. Times are milliseconds since 1970. */
export interface Clock {
  now(): number;
  /** Resolves at `at`, or at once when `signal` is aborted. It never rejects. */
  sleepUntil(at: number, signal?: AbortSignal): Promise<void>;
}

const longestTimer = 2_147_483_647;

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  async sleepUntil(at, signal) {
    while (!signal?.aborted) {
      const left = at - Date.now();
      if (left <= 0) return;
      await new Promise<void>((resolve) => {
        const finish = () => {
          clearTimeout(timer);
          signal?.removeEventListener("abort", finish);
          resolve();
        };
        const timer = setTimeout(finish, Math.min(left, longestTimer));
        signal?.addEventListener("abort", finish, { once: true });
      });
    }
  },
};

interface Sleeper {
  at: number;
  wake: () => void;
}

/** A clock that stands still until it is advanced: by a test, or by POST /_emulator/advance. */
export class ManualClock implements Clock {
  #now: number;
  readonly #sleepers = new Set<Sleeper>();

  constructor(start: number) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  async sleepUntil(at: number, signal?: AbortSignal): Promise<void> {
    if (at <= this.#now || signal?.aborted) return;
    await new Promise<void>((resolve) => {
      const sleeper: Sleeper = {
        at,
        wake: () => {
          this.#sleepers.delete(sleeper);
          signal?.removeEventListener("abort", sleeper.wake);
          resolve();
        },
      };
      this.#sleepers.add(sleeper);
      signal?.addEventListener("abort", sleeper.wake, { once: true });
    });
  }

  /** Moves time by `ms`, from one sleeper's hour to the next; `settle` lets the woken do their work in between. */
  async advance(ms: number, settle: () => Promise<void>): Promise<void> {
    const target = this.#now + ms;
    await settle();
    for (let next = this.#earliest(); next !== undefined && next <= target; next = this.#earliest()) {
      this.#now = Math.max(this.#now, next);
      for (const sleeper of [...this.#sleepers]) if (sleeper.at <= this.#now) sleeper.wake();
      await settle();
    }
    this.#now = target;
  }

  #earliest(): number | undefined {
    let earliest: number | undefined;
    for (const { at } of this.#sleepers) if (earliest === undefined || at < earliest) earliest = at;
    return earliest;
  }
}
