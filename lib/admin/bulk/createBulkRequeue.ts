import { z } from "zod";
import { RefusedError } from "../../api/errors.ts";
import { euros, reason } from "../../api/fields.ts";
import { audit, type CallContext, defineOperation } from "../../api/operation.ts";
import { readWithin } from "../../api/timeLimit.ts";
import { inTransaction } from "../../db/pool.ts";
import { int, json, type RowOf, statement, text, timestamp } from "../../db/statement.ts";
import { askForJob } from "../../jobs/askForJob.ts";
import { checkPrefixes } from "../requests/requestSource.ts";
import { countRequests } from "../requests/selectRequests.ts";
import { BULK_COLUMNS, bulkColumns, bulkFilter, bulkRequeue, MOST_COUNTED, UNFINISHED } from "./bulkRequeue.ts";
import { bulkRequeueJob } from "./bulkRequeueJob.ts";
import { estimateCostOf } from "./estimateCostOf.ts";

const COUNT_LIMIT_MS = 30_000;
const MOST_UNFINISHED = 20;

export const createBulkRequeue = defineOperation({
  name: "createBulkRequeue",
  summary: "Requeues all failed requests that match a filter, step by step. With `preview`, it only counts them.",
  method: "POST",
  path: "/api/admin/bulk",
  permission: "requests.requeue",
  confirmed: "not needed",
  input: z
    .strictObject({ filter: bulkFilter, reason: reason.optional(), preview: z.boolean().default(false) })
    .refine(({ preview, reason }) => preview || reason !== undefined, { path: ["reason"], error: "has to be given" }),
  example: { filter: { errorCode: "line_timed_out" }, reason: "The provider was down", preview: true },
  output: z.object({
    matched: z.number().int().nonnegative(),
    estimatedCostEur: euros
      .nullable()
      .meta({ description: "About what the lines that run again cost; null where no price is known." }),
    atLeast: z.boolean().meta({ description: `Whether there may be more, because counting stops at ${MOST_COUNTED}.` }),
    jobId: z.string().nullable().meta({ description: "The job that does it. Null for a preview." }),
    bulk: bulkRequeue.nullable().meta({ description: "Null for a preview." }),
  }),
  run: async (ctx, { filter, reason, preview }) => {
    // Nothing has failed later than now, so the count, unlike the pages, is read from an index alone.
    const cutoff = ctx.clock.now();
    const { matched, estimatedCostEur } = await readWithin(ctx, COUNT_LIMIT_MS, async (tx) => {
      await checkPrefixes(tx, filter);
      const matched = await countRequests(tx, filter, MOST_COUNTED);
      return { matched, estimatedCostEur: await estimateCostOf(ctx, tx, filter, matched) };
    });
    const counted = { matched, estimatedCostEur, atLeast: matched >= MOST_COUNTED };
    if (preview || reason === undefined) return { ...counted, jobId: null, bulk: null };
    return { ...counted, ...(await create(ctx, { filter, reason, cutoff, matched })) };
  },
});

interface NewBulk {
  filter: z.output<typeof bulkFilter>;
  reason: string;
  cutoff: Date;
  matched: number;
}

async function create(
  ctx: CallContext,
  { filter, reason, cutoff, matched }: NewBulk,
): Promise<{ jobId: string; bulk: RowOf<typeof INSERT> }> {
  return inTransaction(ctx.db, async (tx) => {
    const bulk = await INSERT.first(tx, {
      id: ctx.newId(),
      filter: JSON.stringify(filter),
      cutoff,
      reason,
      matched,
      createdBy: ctx.actor.name,
    });
    if (!bulk) {
      throw new RefusedError(
        "conflict",
        `${MOST_UNFINISHED} bulk requeues are already running. Wait for one to finish, or stop one.`,
      );
    }
    const target = { type: "bulk_requeue", id: bulk.id };
    const input = { bulkId: bulk.id };
    const kind = bulkRequeueJob.name;
    const companyId = filter.companyId ?? null;
    const job = await askForJob(ctx, tx, { kind, input, target, companyId, askedBy: ctx.actor.name, total: matched });
    await audit(ctx, tx, { action: "bulk.create", outcome: "done", target, details: { filter, reason, matched } });
    ctx.log.info({ event: "bulk.created", bulkId: bulk.id, filter, matched });
    return { jobId: job.id, bulk };
  });
}

const INSERT = statement({
  sql: `INSERT INTO "BulkRequeue" ("id", "filter", "cutoff", "reason", "matched", "createdBy", "createdAt")
        SELECT $1, $2, $3, $4, $5, $6, $3
         WHERE (SELECT count(*) FROM "BulkRequeue" WHERE "status" IN ${UNFINISHED}) < ${MOST_UNFINISHED}
        RETURNING ${BULK_COLUMNS}`,
  params: { id: text, filter: json(), cutoff: timestamp, reason: text, matched: int, createdBy: text },
  row: bulkColumns,
});
