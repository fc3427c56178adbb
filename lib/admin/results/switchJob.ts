import { z } from "zod";
import { id } from "../../api/fields.ts";
import { Parameters } from "../../db/parameters.ts";
import { inTransaction, type Transaction } from "../../db/pool.ts";
import { defineKind } from "../../jobs/job.ts";
import { isShown } from "../../requests/keepResults.ts";
import { switchResults } from "../../requests/switchResults.ts";
import { countInTime } from "./countInTime.ts";
import { resultFilter, whereResults } from "./resultFilter.ts";
import { ALL_RESULTS, type KeyRange, walkResults, whereIn } from "./walkResults.ts";

export const switchFilter = resultFilter.omit({ belowVersion: true }).extend({
  requestId: id.optional().meta({ description: "The result of this request alone." }),
});
export type SwitchFilter = z.output<typeof switchFilter>;

/** Has sessions show kept results again, a page at a time. */
export const switchJob = defineKind({
  name: "result-switch",
  input: z.strictObject({ filter: switchFilter }),
  atOnce: 1,
  run: async (ctx, job) => {
    const { filter } = job.input;
    // What an earlier attempt could not switch comes again.
    const counts = { switched: Number(job.outcome.switched ?? 0), unfit: 0 };
    const left = await countInTime(ctx, selectKept(filter));
    const total = left === undefined ? null : counts.switched + left;
    const switchPage = async (tx: Transaction, within: KeyRange) => {
      const { sql, values } = selectKept(filter, within);
      const { rows } = await tx.query<{ requestId: string }>(sql, values);
      const page = await switchResults(
        ctx,
        tx,
        rows.map(({ requestId }) => requestId),
      );
      const outcome = { switched: counts.switched + page.switched, unfit: counts.unfit + page.unfit };
      await job.progress(tx, { done: outcome.switched + outcome.unfit, total, outcome });
      Object.assign(counts, outcome);
    };
    if (filter.requestId === undefined) await walkResults(ctx, job, switchPage);
    else await inTransaction(ctx.db, (tx) => switchPage(tx, ALL_RESULTS));
    ctx.log.info({ event: "results.switched", jobId: job.id, filter, ...counts });
  },
});

/**
 * Of each session, the newest kept result that matches, unless one that does is shown already. As SQL. Each is compared with
 * the others of its session alone: OFFSET 0 keeps these lookups of their own.
 */
export function selectKept({ requestId, ...filter }: SwitchFilter, within: KeyRange = ALL_RESULTS) {
  const p = new Parameters();
  const only = requestId === undefined ? "" : `AND k."requestId" = ${p.add(requestId)}`;
  const ofSame = requestId === undefined ? whereResults(filter, p, "other") : "false";
  const sql = `SELECT k."requestId"
     FROM "AnalysisResult" k
     JOIN "AIProcessingRequest" r ON r."id" = k."requestId"
     JOIN "Session" s ON s."id" = k."sessionId"
    WHERE ${whereIn(within, p)} AND ${whereResults(filter, p)} ${only} AND NOT ${isShown("k")}
      AND NOT EXISTS (
        SELECT 1 FROM (SELECT * FROM "AIProcessingRequest" WHERE "sessionId" = k."sessionId" OFFSET 0) asked
         CROSS JOIN LATERAL (SELECT * FROM "AnalysisResult" WHERE "requestId" = asked."id" OFFSET 0) other
         WHERE asked."questionIds" IS NOT DISTINCT FROM r."questionIds" AND ${ofSame}
           AND (${isShown("other")} OR (other."createdAt", k."requestId") > (k."createdAt", other."requestId")))`;
  return { sql, values: p.values };
}
