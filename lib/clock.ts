import { setTimeout as delay } from "node:timers/promises";

/** Where the time comes from. Tests drive one of their own. */
export interface Clock {
  now(): Date;
  /** The time on which all processes agree, read anew where `now` may be behind it. */
  ask?(): Promise<Date>;
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

/** The time from which others will count a wait: one that is behind would cut the wait short. */
export async function askTime(clock: Clock): Promise<Date> {
  return (await clock.ask?.()) ?? clock.now();
}

/** The moment so many milliseconds after the clock's now. */
export function after(clock: Clock, ms: number): Date {
  return new Date(clock.now().getTime() + ms);
}
