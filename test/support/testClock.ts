import { setTimeout as delay } from "node:timers/promises";
import { ManualClock } from "../../emulator/clock.ts";
import type { Clock } from "../../lib/clock.ts";
import type { Context } from "../../lib/context.ts";

/** A clock that stands still until a test lets time pass: whoever sleeps wakes then. */
export interface TestClock extends Clock {
  pass(ms: number): Promise<void>;
}

/** One time for the pipeline and its emulator: `pass` lets the provider do all that is due by then. */
export function standingClock(
  pass: (ms: number) => Promise<void>,
  start = Date.now(),
): { clock: TestClock; emulatorClock: ManualClock } {
  const emulatorClock = new ManualClock(start);
  const clock: TestClock = {
    now: () => new Date(emulatorClock.now()),
    sleep: (ms, signal) => emulatorClock.sleepUntil(emulatorClock.now() + ms, signal),
    pass,
  };
  return { clock, emulatorClock };
}

/** The same without a provider: whoever wakes does all at once that waits for nothing but the clock. */
export function loneClock(start = 0): TestClock {
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  const standing: ReturnType<typeof standingClock> = standingClock(
    (ms) => standing.emulatorClock.advance(ms, settle),
    start,
  );
  return standing.clock;
}

/** Lets so many milliseconds pass: at once where the clock is the test's own, else by waiting. */
export async function passTime({ clock }: Pick<Context, "clock">, ms: number): Promise<void> {
  if (isTestClock(clock)) await clock.pass(ms);
  else await clock.sleep(ms);
}

const TICK_MS = 20;

/** Does work that may sleep on the clock itself: while it takes its time, time goes by as it does elsewhere. */
export async function asTimeGoesBy<T>({ clock }: Pick<Context, "clock">, work: () => Promise<T>): Promise<T> {
  if (!isTestClock(clock)) return work();
  let isOver = false;
  const working = work().finally(() => {
    isOver = true;
  });
  while (!isOver) {
    await Promise.race([working, delay(TICK_MS)]);
    if (!isOver) await clock.pass(TICK_MS);
  }
  return working;
}

const isTestClock = (clock: Clock): clock is TestClock => "pass" in clock;
