import type { Clock } from "../../../emulator/clock.ts";

interface Sleeper {
  at: number;
  wake(): void;
}

/** One time for the workers and the emulator. It stands still until the scheduler moves it. Milliseconds since 1970. */
export class VirtualTime implements Clock {
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

  /** Lets so many milliseconds go by, and wakes those whose hour has come. */
  pass(ms: number): void {
    this.#now += ms;
    for (const sleeper of [...this.#sleepers]) if (sleeper.at <= this.#now) sleeper.wake();
  }

  /** Goes to the hour of the earliest sleeper. False if nobody sleeps. */
  advance(): boolean {
    let earliest = Number.POSITIVE_INFINITY;
    for (const { at } of this.#sleepers) earliest = Math.min(earliest, at);
    if (earliest === Number.POSITIVE_INFINITY) return false;
    this.pass(earliest - this.#now);
    return true;
  }
}
