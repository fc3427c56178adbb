import type { Context } from "../context.ts";

const LONGEST_MS = 6 * 3_600_000;

/** How long to wait before the next try, in milliseconds: doubles with each failure, up to six hours. */
export function retryDelay(failures: number, baseMs: number): number {
  return Math.min(LONGEST_MS, baseMs * 2 ** Math.min(Math.max(failures, 1) - 1, 30));
}

/** The same with jitter, for calls: what failed together does not come back together. */
export function jitteredDelay(ctx: Pick<Context, "random">, failures: number, baseMs: number): number {
  return Math.round(retryDelay(failures, baseMs) * (0.75 + ctx.random() * 0.5));
}
