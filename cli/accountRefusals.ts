import type { Progress } from "../lib/admin/overview/readProgress.ts";
import type { PipelineContext } from "../lib/context.ts";
import { askProvider } from "../lib/pipeline/askProvider.ts";
import { askAgain, readStop } from "../lib/throttle/providerStop.ts";
import type { ProgressView } from "./progress.ts";

/** Two refusals so far apart are no hiccup of the provider's. */
const APART_MS = 60_000;

/**
 * Tells, asked from time to time, why the account is refused: once it was so twice, a minute apart, and nothing in flight
 * gets any further. After a minute everything that waits because of the refusal asks again.
 * @param since what was met before then may have been mended
 */
export function accountRefusals(ctx: PipelineContext, view: ProgressView, since: Date) {
  let metAt: Date | undefined;
  let askedAt: Date | undefined;
  return async (progress: Progress): Promise<string | undefined> => {
    const stop = await readStop(ctx);
    if (!stop || stop.seenAt < since) {
      metAt = undefined;
      return undefined;
    }
    if (progress.openBatches > progress.heldBatches) return undefined;
    if (metAt === undefined) {
      view.say(`The provider is refusing requests: ${stop.message} LiveDash will try again in a minute.`);
      metAt = stop.seenAt;
      askedAt = metAt;
    }
    if (isApart(metAt, stop.seenAt)) return stop.message;
    const now = ctx.clock.now();
    if (isApart(askedAt ?? metAt, now)) {
      askedAt = now;
      await askAgain(ctx);
      await askProvider(ctx);
    }
    return undefined;
  };
}

function isApart(before: Date, after: Date): boolean {
  return after.getTime() - before.getTime() >= APART_MS;
}
