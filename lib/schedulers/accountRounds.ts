import { contextsOf } from "../accounts/inAccount.ts";
import type { PipelineContext } from "../context.ts";
import { SCHEDULES, type SchedulerName } from "./schedules.ts";

type Counts = Record<string, number>;
type Round = (ctx: PipelineContext) => Promise<Counts>;

/** The rounds that this process runs in each account. */
export interface AccountRounds {
  /**
   * Begins a round in each account that has none of this scheduler under way. Ends with them; while some take longer, as soon
   * as the next run is due and another account is free for it.
   * @returns the sums of what those counted that have ended, those of earlier runs that took longer included
   * @throws the first failure of these
   */
  run(ctx: PipelineContext, name: SchedulerName, round: Round): Promise<Counts>;
  /** Once all have ended. */
  settled(): Promise<void>;
}

/** An upload of half an hour in one account must not keep the next round of the others waiting. */
export function openAccountRounds(): AccountRounds {
  const underWay = new Map<string, Promise<void>>();
  /** Ended, and not yet told of by a run of their scheduler. */
  const ended = new Map<SchedulerName, PromiseSettledResult<Counts>[]>();

  function begin(ctx: PipelineContext, name: SchedulerName, round: Round): Promise<void> {
    const key = keyOf(name, ctx);
    const ending = Promise.allSettled([round(ctx)]).then(([end]) => {
      underWay.delete(key);
      ended.set(name, [...(ended.get(name) ?? []), end]);
    });
    underWay.set(key, ending);
    return ending;
  }

  return {
    async run(ctx, name, round) {
      const contexts = await contextsOf(ctx, "those_that_open");
      const free = contexts.filter((context) => !underWay.has(keyOf(name, context)));
      const begun = free.map((context) => begin(context, name, round));
      const isOver = new AbortController();
      const nextIsDue = ctx.clock.sleep(SCHEDULES[name].intervalMs(ctx.config), isOver.signal);
      await Promise.race([Promise.all(begun), Promise.all([nextIsDue, Promise.race(begun)])]);
      isOver.abort();
      const told = ended.get(name) ?? [];
      ended.delete(name);
      return sumOf(told);
    },
    settled: async () => {
      await Promise.all(underWay.values());
    },
  };
}

const keyOf = (name: SchedulerName, { accountId }: PipelineContext) => `${name}/${accountId}`;

function sumOf(ended: readonly PromiseSettledResult<Counts>[]): Counts {
  const sums: Counts = {};
  for (const end of ended) {
    if (end.status === "rejected") throw end.reason;
    for (const [name, count] of Object.entries(end.value)) sums[name] = (sums[name] ?? 0) + count;
  }
  return sums;
}
