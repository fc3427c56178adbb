import { z } from "zod";
import { euros, id } from "../../api/fields.ts";
import { audit, defineOperation } from "../../api/operation.ts";
import type { Context } from "../../context.ts";
import { estimateRequeue, readCostPerLine } from "../../costs/price.ts";
import { inTransaction } from "../../db/pool.ts";
import { arrayOf, int, known, statement, text } from "../../db/statement.ts";
import { requeueFailed } from "../../requests/requeue.ts";

const MOST_IDS = 10_000;
/** So many of the ids stand in the audit; beyond that, the counts do. */
const IDS_IN_AUDIT = 100;

const count = z.number().int().nonnegative();

export const requeueRequests = defineOperation({
  name: "requeueRequests",
  summary:
    "Requeues failed requests. Calling it twice has the same effect as calling it once. With `preview` it only counts them.",
  method: "POST",
  path: "/api/admin/legacy/requests/requeue",
  permission: "requests.requeue",
  confirmed: "not needed",
  input: z.strictObject({ requestIds: z.array(id).min(1).max(MOST_IDS), preview: z.boolean().default(false) }),
  example: { requestIds: ["req_id_1", "req_id_2"] },
  output: z.object({
    requeuedCount: count,
    notFoundCount: count,
    skippedCount: count.meta({ description: "Requests that exist but have not failed." }),
    estimatedCostEur: euros
      .nullable()
      .optional()
      .meta({ description: "In a preview: about what the lines would cost; null if no price is known." }),
  }),
  run: async (ctx, { requestIds, preview }) => {
    const ids = [...new Set(requestIds)];
    if (preview) return previewRequeue(ctx, ids);
    return inTransaction(ctx.db, async (tx) => {
      const { requeued, found } = await requeueFailed(tx, ids, { by: ctx.actor.name, at: ctx.clock.now() });
      const counts = {
        requeuedCount: requeued.length,
        notFoundCount: ids.length - found,
        skippedCount: found - requeued.length,
      };
      await audit(ctx, tx, {
        action: "requests.requeue",
        outcome: "done",
        target: { type: "request", id: ids.length === 1 ? (ids[0] ?? null) : null },
        details: { ...counts, requeued: requeued.slice(0, IDS_IN_AUDIT) },
      });
      ctx.log.info({ event: "requests.requeued", ...counts });
      return counts;
    });
  },
});

async function previewRequeue(ctx: Context, ids: readonly string[]) {
  const rows = await COUNT_BY_MODEL.rows(ctx.db, { ids });
  const found = rows.reduce((sum, row) => sum + row.found, 0);
  const requeuedCount = rows.reduce((sum, row) => sum + row.count, 0);
  return {
    requeuedCount,
    notFoundCount: ids.length - found,
    skippedCount: found - requeuedCount,
    estimatedCostEur: estimateRequeue(
      await readCostPerLine(ctx, ctx.db),
      rows.filter(({ count }) => count > 0),
    ),
  };
}

const COUNT_BY_MODEL = statement({
  sql: `SELECT "model", count(*)::int AS "found",
               (count(*) FILTER (WHERE "processingStatus" = 'PROCESSING_FAILED'))::int AS "count"
          FROM "AIProcessingRequest" WHERE "id" = ANY($1) GROUP BY "model"`,
  params: { ids: arrayOf(text) },
  row: { model: text, found: known(int), count: known(int) },
});
