import { contextsOf } from "../lib/accounts/inAccount.ts";
import { countClaimable, type Progress } from "../lib/admin/overview/readProgress.ts";
import type { PipelineContext } from "../lib/context.ts";
import { askProvider } from "../lib/pipeline/askProvider.ts";
import type { ModelStop } from "../lib/throttle/modelStop.ts";
import { askAgain, listStops, type ProviderStop } from "../lib/throttle/providerStop.ts";
import type { ProgressView } from "./progress.ts";

/** Two refusals so far apart are no hiccup of the provider's. */
const APART_MS = 60_000;

/**
 * Tells, asked from time to time, why accounts are refused: once each was so twice, a minute apart, nothing in flight gets any
 * further, and nothing is left for other accounts. After a minute everything that waits because of a refusal asks again.
 * @param since what was met before then may have been mended
 */
export function accountRefusals(ctx: PipelineContext, view: ProgressView, since: Date) {
  let met: ReadonlyMap<string, Date> = new Map();
  let askedAt: Date | undefined;
  return async (progress: Progress, models: readonly ModelStop[] = []): Promise<string | undefined> => {
    const stops = (await listStops(ctx)).filter(({ seenAt }) => seenAt >= since);
    // One that was lifted and met again begins anew.
    met = new Map(stops.flatMap(({ provider }) => (met.has(provider) ? [[provider, met.get(provider) ?? since]] : [])));
    if (stops.length === 0 || progress.openBatches > progress.heldBatches) return undefined;
    const besides = { models: models.map(({ model }) => model), stopped: true };
    if ((await countClaimable(ctx, ctx.db, besides)) > 0) return undefined;
    for (const stop of stops) {
      if (met.has(stop.provider)) continue;
      view.say(`${whoRefuses(ctx, stop)}: ${stop.message} LiveDash will try again in a minute.`);
      met = new Map([...met, [stop.provider, stop.seenAt]]);
      askedAt ??= stop.seenAt;
    }
    const metAt = ({ provider, seenAt }: ProviderStop) => met.get(provider) ?? seenAt;
    if (stops.every((stop) => isApart(metAt(stop), stop.seenAt))) return stops.map(({ message }) => message).join(" ");
    const now = ctx.clock.now();
    if (isApart(askedAt ?? now, now)) {
      askedAt = now;
      await askAgain(ctx);
      for (const account of await contextsOf(ctx, "those_that_open")) await askProvider(account);
    }
    return undefined;
  };
}

function whoRefuses(ctx: PipelineContext, { provider }: ProviderStop): string {
  return provider === ctx.provider.name
    ? "The provider is refusing requests"
    : `The account "${provider}" is refusing requests`;
}

function isApart(before: Date, after: Date): boolean {
  return after.getTime() - before.getTime() >= APART_MS;
}
