import { setTimeout as delay } from "node:timers/promises";

/** How long a process may take to end once it is asked to, in milliseconds, and how much of that its schedulers may. */
interface StopLimits {
  allMs: number;
  schedulersMs: number;
}

/** For what serves people: they wait for the next one. */
export const WEB_LIMITS: StopLimits = { allMs: 10_000, schedulersMs: 5_000 };
export const WORKER_LIMITS: StopLimits = { allMs: 30_000, schedulersMs: 25_000 };

/** Whoever spreads calls over several servers asks whether they are ready about once a second. */
const SEEN_WITHIN_MS = 2_000;

/**
 * Aborts at the first Ctrl-C or SIGTERM, or once nobody reads the output any more (`livedash start | head`); a second signal ends the
 * process at once. So do the limits, where there are any: what is still under way then is broken off anywhere, and another process
 * continues it.
 */
export function stopSignal(limits?: StopLimits): AbortSignal {
  const stopping = new AbortController();
  const stop = (code: number) => {
    if (limits) setTimeout(endLate, limits.allMs, limits.allMs, code).unref();
    stopping.abort();
  };
  const onSignal = (signal: NodeJS.Signals) => {
    const code = signal === "SIGINT" ? 130 : 143;
    if (stopping.signal.aborted) process.exit(code);
    stop(code);
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  process.stdout.once("error", () => stop(141));
  return stopping.signal;
}

function endLate(afterMs: number, code: number): void {
  const sentence = `Stopped after ${afterMs / 1000} seconds, with work under way. Another process will continue it.`;
  process.stderr.write(`livedash: ${sentence}\n`);
  process.exit(code);
}

/** Resolves when the signal aborts. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

/** Stops schedulers while the server beside them goes on: long enough for others to see that it is not ready any more. */
export async function stopBeforeServer(schedulers: { stop(limitMs: number): Promise<void> }): Promise<void> {
  await Promise.all([schedulers.stop(WEB_LIMITS.schedulersMs), delay(SEEN_WITHIN_MS)]);
}
