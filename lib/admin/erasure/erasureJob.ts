import { Parameters } from "../../db/parameters.ts";
import { inTransaction } from "../../db/pool.ts";
import { defineKind } from "../../jobs/job.ts";
import { countInTime } from "../results/countInTime.ts";
import { eraseLeftovers } from "./eraseLeftovers.ts";
import { erasePage } from "./erasePage.ts";
import { type ErasureInput, erasureInput, whereErased } from "./erasureFilter.ts";

/**
 * Erases sessions of a company for good, a page in each transaction, and in the end what else holds something of them. Begun again, it
 * finds what is left.
 */
export const erasureJob = defineKind({
  name: "erasure",
  input: erasureInput,
  atOnce: 1,
  run: async (ctx, job) => {
    const counts = {
      erased: Number(job.outcome.erased ?? 0),
      dropped: Number(job.outcome.dropped ?? 0),
      badRows: Number(job.outcome.badRows ?? 0),
    };
    const left = await countInTime(ctx, selectErased(job.input));
    const total = left === undefined ? null : counts.erased + left;
    for (let isDone = false; !isDone; ) {
      job.throwIfStopping();
      await inTransaction(ctx.db, async (tx) => {
        const page = await erasePage(ctx, tx, job.input);
        const erased = counts.erased + page.sessions;
        const outcome = { ...counts, erased, dropped: counts.dropped + page.inFlight };
        await job.progress(tx, { done: erased, total, outcome });
        Object.assign(counts, outcome);
        isDone = page.sessions === 0;
      });
    }
    counts.badRows += await eraseLeftovers(ctx, job);
    await job.progress(ctx.db, { done: counts.erased, total: counts.erased, outcome: { ...counts } });
    ctx.log.info({ event: "sessions.erased", jobId: job.id, companyId: job.input.companyId, ...counts });
  },
});

/** The sessions that an erasure is about, as SQL. */
export function selectErased(input: ErasureInput) {
  const p = new Parameters();
  const sql = `SELECT s."id" FROM "Session" s WHERE ${whereErased(input, p)}`;
  return { sql, values: p.values };
}
