import { z } from "zod";
import { notFound, RefusedError } from "../../api/errors.ts";
import { id } from "../../api/fields.ts";
import { audit, defineVerb } from "../../api/verb.ts";
import { inTransaction } from "../../db/pool.ts";
import { BULK_COLUMNS, bulkRequeue, JOB_LOCK, UNFINISHED } from "./bulkRequeue.ts";

type Bulk = z.input<typeof bulkRequeue>;

export const abortBulkRequeue = defineVerb({
  name: "abortBulkRequeue",
  summary: "Stops a bulk requeue. What it has already requeued stays requeued.",
  method: "POST",
  path: "/api/admin/legacy/bulk/{id}/abort",
  permission: "requests.requeue",
  confirmed: "not needed",
  input: z.strictObject({ id }),
  example: { id: "bulk_id_1" },
  output: z.object({ bulk: bulkRequeue }),
  run: (ctx, { id }) =>
    inTransaction(ctx.db, async (tx) => {
      // Waits for the page that is just being requeued, and comes before the next one.
      await tx.query(`SELECT pg_advisory_xact_lock(${JOB_LOCK})`, [id]);
      const { rows: aborted } = await tx.query<Bulk>(
        `UPDATE "BulkRequeue" SET "status" = 'ABORTED', "finishedAt" = $2
          WHERE "id" = $1 AND "status" IN ${UNFINISHED} RETURNING ${BULK_COLUMNS}`,
        [id, ctx.clock.now()],
      );
      const bulk = aborted[0];
      if (!bulk) {
        const { rowCount } = await tx.query(`SELECT 1 FROM "BulkRequeue" WHERE "id" = $1`, [id]);
        if (rowCount === 0) throw notFound("bulk requeue");
        throw new RefusedError("conflict", "This bulk requeue has already ended.");
      }
      const { requeued, skipped, failed } = bulk;
      const target = { type: "bulk_requeue", id };
      await audit(ctx, tx, { action: "bulk.abort", outcome: "done", target, details: { requeued, skipped, failed } });
      ctx.log.info({ event: "bulk.aborted", bulkId: id, requeued, skipped, failed });
      return { bulk };
    }),
});
