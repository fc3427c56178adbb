import { z } from "zod";
import { id } from "../../api/fields.ts";
import { Parameters } from "../../db/parameters.ts";
import { inTransaction } from "../../db/pool.ts";
import { LiveDashError } from "../../errors.ts";
import { defineKind } from "../../jobs/job.ts";
import { switchResults } from "../../requests/switchResults.ts";
import { IS_SHOWN, resultFilter, whereResults } from "./resultFilter.ts";

/** Applied in one transaction, as answers are when they come. */
const PAGE = 1_000;

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
    let { switched, after } = { switched: Number(job.outcome.switched ?? 0), after: "" };
    // What an earlier attempt could not switch comes again.
    let unfit = 0;
    for (let isLast = false; !isLast; ) {
      if (job.stopping.aborted) throw new LiveDashError("stopped", "The job was stopped.", { retryable: true });
      const page = await inTransaction(ctx.db, async (tx) => {
        const { sql, values } = selectKept(filter, after, PAGE);
        const { rows } = await tx.query<{ requestId: string }>(sql, values);
        const requestIds = rows.map(({ requestId }) => requestId);
        const done = await switchResults(ctx, tx, requestIds);
        const outcome = { switched: switched + done.switched, unfit: unfit + done.unfit };
        await job.progress(tx, { done: outcome.switched + outcome.unfit, outcome });
        return { ...outcome, last: requestIds.at(-1) ?? after, isLast: requestIds.length < PAGE };
      });
      ({ switched, unfit, isLast } = page);
      after = page.last;
    }
    ctx.log.info({ event: "results.switched", jobId: job.id, filter, switched, unfit });
  },
});

/** Of each session, the newest kept result that matches, unless one that does is shown already. As SQL. */
export function selectKept({ requestId, ...filter }: SwitchFilter, after: string, limit: number | null) {
  const p = new Parameters();
  const matches = [whereResults(filter, p), requestId && `k."requestId" = ${p.add(requestId)}`].filter(Boolean);
  const sql = `SELECT "requestId" FROM (
       SELECT DISTINCT ON (k."sessionId", r."questionIds") k."requestId", k."sessionId", r."questionIds", (${IS_SHOWN}) AS "isShown"
         FROM "AnalysisResult" k
         JOIN "AIProcessingRequest" r ON r."id" = k."requestId"
         JOIN "Session" s ON s."id" = k."sessionId"
        WHERE ${matches.join(" AND ")}
        ORDER BY k."sessionId", r."questionIds", (${IS_SHOWN}) DESC, k."createdAt" DESC, k."requestId") newest
    WHERE NOT "isShown" AND "requestId" > ${p.add(after)} ORDER BY "requestId" LIMIT ${p.add(limit)}`;
  return { sql, values: p.values };
}
