import type { Context } from "../../context.ts";
import { inTransaction } from "../../db/pool.ts";
import { int, statement, text } from "../../db/statement.ts";
import { askForJob } from "../../jobs/askForJob.ts";
import { UNFINISHED } from "./bulkRequeue.ts";
import { bulkRequeueJob } from "./bulkRequeueJob.ts";

/** Sends a job for each bulk requeue of a version that had none: its own workers may be gone. */
export function adoptBulkRequeues(ctx: Context): Promise<number> {
  return inTransaction(ctx.db, async (tx) => {
    const left = await LIST_WITHOUT_JOB.rows(tx, {});
    for (const { id, createdBy, matched } of left) {
      const target = { type: "bulk_requeue", id };
      await askForJob(ctx, tx, {
        kind: bulkRequeueJob.name,
        input: { bulkId: id },
        target,
        askedBy: createdBy,
        total: matched,
      });
    }
    return left.length;
  });
}

/** At most twenty are unfinished. */
const LIST_WITHOUT_JOB = statement({
  sql: `SELECT b."id", b."createdBy", b."matched" FROM "BulkRequeue" b
         WHERE b."status" IN ${UNFINISHED}
           AND NOT EXISTS (SELECT 1 FROM "Job" j WHERE j."targetType" = 'bulk_requeue' AND j."targetId" = b."id")
         ORDER BY b."createdAt" LIMIT 20`,
  row: { id: text, createdBy: text, matched: int },
});
