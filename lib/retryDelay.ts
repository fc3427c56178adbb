import type { Context } from "./context.ts";

const LONGEST_FOR_REQUESTS_MS = 6 * 3_600_000;
/** Finished batches wait to be collected: after an outage nobody should wait long for them. */
const LONGEST_FOR_CALLS_MS = 15 * 60_000;

/** How long a failed request waits before its next try, in milliseconds: doubles with each failure, up to six hours. */
export function retryDelay(failures: number, baseMs: number): number {
  return Math.min(LONGEST_FOR_REQUESTS_MS, doubled(failures, baseMs));
}

/** The same for calls, up to a quarter of an hour, with jitter: what failed together does not come back together. */
export function callDelay(ctx: Pick<Context, "random">, failures: number, baseMs: number): number {
  return Math.round(Math.min(LONGEST_FOR_CALLS_MS, doubled(failures, baseMs)) * (0.75 + ctx.random() * 0.5));
}

function doubled(failures: number, baseMs: number): number {
  return baseMs * 2 ** Math.min(Math.max(failures, 1) - 1, 30);
}
