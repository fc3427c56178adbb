import { z } from "zod";
import { id } from "../../api/fields.ts";
import { audit, defineVerb } from "../../api/verb.ts";
import { inTransaction } from "../../db/pool.ts";
import { requeueFailed } from "./requeueFailed.ts";

const MOST_IDS = 10_000;
/** So many of the ids stand in the audit; beyond that, the counts do. */
const IDS_IN_AUDIT = 100;

const count = z.number().int().nonnegative();

export const requeueRequests = defineVerb({
  name: "requeueRequests",
  summary: "Requeues failed requests. Calling it twice has the same effect as calling it once.",
  method: "POST",
  path: "/api/admin/legacy/requests/requeue",
  permission: "requests.requeue",
  input: z.strictObject({ requestIds: z.array(id).min(1).max(MOST_IDS) }),
  example: { requestIds: ["req_id_1", "req_id_2"] },
  output: z.object({
    requeuedCount: count,
    notFoundCount: count,
    skippedCount: count.meta({ description: "Requests that exist but have not failed." }),
  }),
  run: (ctx, { requestIds }) =>
    inTransaction(ctx.db, async (tx) => {
      const ids = [...new Set(requestIds)];
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
    }),
});
