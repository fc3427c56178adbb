import { contextsOf, sumOf } from "../accounts/inAccount.ts";
import type { PipelineContext } from "../context.ts";
import { SCHEDULES, type SchedulerName } from "./schedules.ts";

type Counts = Record<string, number>;
type Round = (ctx: PipelineContext) => Promise<Counts>;

/** The rounds that this process runs in each account. */
export interface AccountRounds {
  /**
   * Begins a round in each account that has none of this scheduler under way. Ends with them; while some take longer, as soon
   * as the next run is due and another account is free for it.
   * @returns the sums of what those counted that have ended
   * @throws the first failure of these; a later one is logged
   */
  run(ctx: PipelineContext, name: SchedulerName, round: Round): Promise<Counts>;
  /** Once all have ended. */
  settled(): Promise<void>;
}

/** An upload of half an hour in one account must not keep the next round of the others waiting. */
export function openAccountRounds(): AccountRounds {
  const underWay = new Map<string, Promise<unknown>>();
  return {
    async run(ctx, name, round) {
      const contexts = await contextsOf(ctx, "those_that_open");
      const free = contexts.filter(({ accountId }) => !underWay.has(`${name}/${accountId}`));
      const ended: PromiseSettledResult<Counts>[] = [];
      let isLeft = false;
      const begun = free.map(async (context) => {
        const [end] = await Promise.allSettled([round(context)]);
        underWay.delete(`${name}/${context.accountId}`);
        ended.push(end);
        if (isLeft && end.status === "rejected") {
          const { accountId } = context;
          ctx.log.error({ event: "scheduler.failed", scheduler: name, account: accountId, error: end.reason });
        }
      });
      for (const [index, { accountId }] of free.entries())
        underWay.set(`${name}/${accountId}`, begun[index] as Promise<void>);
      const isOver = new AbortController();
      const nextIsDue = ctx.clock.sleep(SCHEDULES[name].intervalMs(ctx.config), isOver.signal);
      await Promise.race([Promise.all(begun), Promise.all([nextIsDue, Promise.race(begun)])]);
      isLeft = true;
      isOver.abort();
      return sumOf(ended);
    },
    settled: async () => {
      await Promise.all(underWay.values());
    },
  };
}
