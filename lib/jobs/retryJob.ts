import type { Context } from "../context.ts";
import { inTransaction, type Transaction } from "../db/pool.ts";
import { statement, text } from "../db/statement.ts";
import { codeOf } from "../errors.ts";
import { JOB_COLUMNS, type JobKinds, jobColumns, UNFINISHED } from "./job.ts";
import { sendJobs } from "./queue.ts";

const UNIQUE_VIOLATION = "23505";

/**
 * Sends a job again that has failed or was aborted. It continues where its kind can.
 * @param alongside what else is written in the transaction
 * @returns false if it has not ended so, or does not exist, or the same is asked for anew already
 * @throws RefusedError where its kind cannot
 */
export function retryJob(
  ctx: Context,
  kinds: JobKinds,
  id: string,
  alongside: (tx: Transaction) => Promise<void>,
): Promise<boolean> {
  const retried = inTransaction(ctx.db, async (tx) => {
    const job = await RETRY.first(tx, { id });
    if (!job) return false;
    const kind = kinds.get(job.kind);
    await kind?.retried?.(ctx, tx, { id, input: kind.input.parse(job.input) });
    await alongside(tx);
    await sendJobs(tx, [job]);
    ctx.log.info({ event: "job.retried", jobId: id, kind: job.kind });
    return true;
  });
  return retried.catch((error: unknown) => {
    // Somebody has asked for the same in the same moment.
    if (codeOf(error) === UNIQUE_VIOLATION) return false;
    throw error;
  });
}

const RETRY = statement({
  sql: `UPDATE "Job" j
           SET "state" = 'QUEUED', "round" = "round" + 1, "attempt" = 0, "heldUntil" = NULL, "abortAskedAt" = NULL,
               "errorCode" = NULL, "error" = NULL, "finishedAt" = NULL
         WHERE "id" = $1 AND "state" IN ('FAILED', 'ABORTED')
           AND NOT EXISTS (SELECT 1 FROM "Job" o WHERE o."kind" = j."kind" AND o."targetId" = j."targetId"
                                                  AND o."state" IN ${UNFINISHED})
        RETURNING ${JOB_COLUMNS}`,
  params: { id: text },
  row: jobColumns,
});
