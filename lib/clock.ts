import { setTimeout as delay } from "node:timers/promises";

/** Where the time comes from. Tests drive one of their own. */
export interface Clock {
  now(): Date;
  /** Waits so many milliseconds, or until the signal aborts (then it returns, it does not throw). */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => new Date(),
  sleep: async (ms, signal) => {
    try {
      await delay(ms, undefined, signal ? { signal } : {});
    } catch (error) {
      if (!signal?.aborted) throw error;
    }
  },
};

/** The moment so many milliseconds after the clock's now. */
export function after(clock: Clock, ms: number): Date {
  return new Date(clock.now().getTime() + ms);
}
