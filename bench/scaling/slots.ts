import type { PipelineContext } from "../../lib/context.ts";
import { slotAt } from "../../lib/schedulers/schedules.ts";
import { inEachAccount } from "../../test/support/inEachAccount.ts";

type Round = (ctx: PipelineContext) => Promise<Record<string, number>>;

/** A scheduler as lib/schedulers/ runs it: over all workers each slot fires once, and a worker has one round of it at a time. */
export class Slots {
  readonly #intervalMs: number;
  readonly #round: Round;
  /** Rounds that end before are not measured, in ms since 1970. */
  readonly #measuredFrom: number;
  #fired = 0;
  /** The longest round, in ms; one that the end breaks off counts, too. */
  longest = 0;

  constructor(intervalMs: number, measuredFrom: number, round: Round) {
    this.#intervalMs = intervalMs;
    this.#measuredFrom = measuredFrom;
    this.#round = round;
  }

  /** A worker's part, until it is asked to stop. */
  async serve(ctx: PipelineContext): Promise<void> {
    const { clock, stopping } = ctx;
    while (!stopping.aborted) {
      const began = clock.now();
      const slot = slotAt(began, this.#intervalMs);
      if (slot <= this.#fired) {
        await clock.sleep((slot + 1) * this.#intervalMs - began.getTime(), stopping);
        continue;
      }
      this.#fired = slot;
      await inEachAccount(ctx, this.#round);
      const ended = clock.now().getTime();
      if (ended >= this.#measuredFrom) this.longest = Math.max(this.longest, ended - began.getTime());
    }
  }
}
