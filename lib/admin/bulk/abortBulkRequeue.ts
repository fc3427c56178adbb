import { z } from "zod";
import { notFound, RefusedError } from "../../api/errors.ts";
import { id } from "../../api/fields.ts";
import { audit, defineOperation } from "../../api/operation.ts";
import { inTransaction } from "../../db/pool.ts";
import { statement, text, timestamp } from "../../db/statement.ts";
import { endJobOf } from "../../jobs/abortJob.ts";
import { BULK_COLUMNS, bulkColumns, bulkRequeue, JOB_LOCK, UNFINISHED } from "./bulkRequeue.ts";
import { bulkRequeueJob } from "./bulkRequeueJob.ts";

export const abortBulkRequeue = defineOperation({
  name: "abortBulkRequeue",
  summary: "Stops a bulk requeue. What it has already requeued stays requeued.",
  method: "POST",
  path: "/api/admin/bulk/{id}/abort",
  permission: "requests.requeue",
  confirmed: "not needed",
  input: z.strictObject({ id }),
  example: { id: "bulk_id_1" },
  output: z.object({ bulk: bulkRequeue }),
  run: (ctx, { id }) =>
    inTransaction(ctx.db, async (tx) => {
      // Waits for the page that is just being requeued, and comes before the next one.
      await TAKE_TURN.run(tx, { id });
      await endJobOf(ctx, tx, bulkRequeueJob.name, id);
      const bulk = await ABORT.first(tx, { id, now: ctx.clock.now() });
      if (!bulk) {
        if (!(await FIND.run(tx, { id }))) throw notFound("bulk requeue");
        throw new RefusedError("conflict", "This bulk requeue has already ended.");
      }
      const { requeued, skipped, failed } = bulk;
      const target = { type: "bulk_requeue", id };
      await audit(ctx, tx, { action: "bulk.abort", outcome: "done", target, details: { requeued, skipped, failed } });
      ctx.log.info({ event: "bulk.aborted", bulkId: id, requeued, skipped, failed });
      return { bulk };
    }),
});

const TAKE_TURN = statement({ sql: `SELECT pg_advisory_xact_lock(${JOB_LOCK})`, params: { id: text } });

const ABORT = statement({
  sql: `UPDATE "BulkRequeue" SET "status" = 'ABORTED', "finishedAt" = $2
         WHERE "id" = $1 AND "status" IN ${UNFINISHED} RETURNING ${BULK_COLUMNS}`,
  params: { id: text, now: timestamp },
  row: bulkColumns,
});

const FIND = statement({ sql: `SELECT 1 FROM "BulkRequeue" WHERE "id" = $1`, params: { id: text } });
