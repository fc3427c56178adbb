import { z } from "zod";
import { modelName, moment } from "../../api/fields.ts";
import { defineKind } from "../../jobs/job.ts";
import { lockReanalysis, requestAgain } from "../../requests/reanalyse.ts";
import { countInTime } from "./countInTime.ts";
import { type Asked, selectAsked } from "./forecast.ts";
import { resultFilter } from "./resultFilter.ts";
import { walkResults } from "./walkResults.ts";

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
    const { filter, askModel } = job.input;
    const since = new Date(job.input.since);
    let requested = Number(job.outcome.requested ?? 0);
    const left = await countInTime(ctx, selectAsked(filter, { askModel, since }));
    const total = left === undefined ? null : requested + left;
    await walkResults(ctx, job, async (tx, within) => {
      await lockReanalysis(tx);
      const { sql, values } = selectAsked(filter, { askModel, since, within });
      const { rows } = await tx.query<Asked>(sql, values);
      const again = rows.map(({ requestId, target }) => ({ id: ctx.newId(), requestId, model: target }));
      await requestAgain(tx, again, ctx.clock.now());
      await job.progress(tx, {
        done: requested + again.length,
        total,
        outcome: { requested: requested + again.length },
      });
      requested += again.length;
    });
    ctx.log.info({ event: "results.reanalysed", jobId: job.id, filter, requested });
  },
});
