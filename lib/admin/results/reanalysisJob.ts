import { z } from "zod";
import { modelName, moment } from "../../api/fields.ts";
import { inTransaction } from "../../db/pool.ts";
import { LiveDashError } from "../../errors.ts";
import { defineKind } from "../../jobs/job.ts";
import { lockReanalysis, requestAgain } from "../../requests/reanalyse.ts";
import { type Asked, selectAsked } from "./forecast.ts";
import { resultFilter } from "./resultFilter.ts";

/** So many are requested in one transaction. */
const PAGE = 5_000;

export const reanalysisInput = z.strictObject({
  filter: resultFilter,
  askModel: modelName.optional(),
  /** When it was asked for: what was requested since is not requested again, whatever became of it. */
  since: moment,
});

/** Requests again what sessions with these results were asked, a page at a time. */
export const reanalysisJob = defineKind({
  name: "reanalysis",
  input: reanalysisInput,
  atOnce: 1,
  run: async (ctx, job) => {
    const { filter, askModel, since } = job.input;
    let requested = Number(job.outcome.requested ?? 0);
    let after = "";
    for (let isLast = false; !isLast; ) {
      if (job.stopping.aborted) throw new LiveDashError("stopped", "The job was stopped.", { retryable: true });
      const page = await inTransaction(ctx.db, async (tx) => {
        await lockReanalysis(tx);
        const { sql, values } = selectAsked(filter, { askModel, since: new Date(since), after, limit: PAGE });
        const { rows } = await tx.query<Asked>(sql, values);
        const again = rows.map(({ requestId, target }) => ({ id: ctx.newId(), requestId, model: target }));
        await requestAgain(tx, again, ctx.clock.now());
        await job.progress(tx, { done: requested + again.length, outcome: { requested: requested + again.length } });
        return again;
      });
      requested += page.length;
      after = page.at(-1)?.requestId ?? after;
      isLast = page.length < PAGE;
    }
    ctx.log.info({ event: "results.reanalysed", jobId: job.id, filter, requested });
  },
});
