import type { PipelineContext } from "../context.ts";
import { isProviderError } from "../providers/contract/errors.ts";
import { liftStop, recordStop, stopCodeOf } from "../throttle/providerStop.ts";

/** What came of asking: it answers, a person has to act, it cannot be reached for now, or there was no time to wait. */
export type ProviderState =
  | { kind: "answers" }
  | { kind: "refuses"; message: string }
  | { kind: "silent"; message: string }
  | { kind: "not_awaited" };

/**
 * Asks the provider for something cheap, for five seconds at most, and records what it says as any other call would: a
 * refused key stops new batches, and one that is taken again lifts that stop.
 */
export async function askProvider(ctx: PipelineContext): Promise<ProviderState> {
  try {
    await ctx.provider.check(ctx.stopping);
  } catch (error) {
    if (ctx.stopping.aborted) return { kind: "not_awaited" };
    if (!isProviderError(error)) throw error;
    const { code, message } = error;
    const stop = stopCodeOf(error);
    if (stop) {
      await recordStop(ctx, stop, message);
      return { kind: "refuses", message };
    }
    ctx.log.error({ event: "provider.not_reached", provider: ctx.provider.name, code, message });
    return { kind: "silent", message };
  }
  await liftStop(ctx, "call");
  return { kind: "answers" };
}
