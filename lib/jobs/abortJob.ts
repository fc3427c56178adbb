import type { Context } from "../context.ts";
import { inTransaction, type Transaction } from "../db/pool.ts";
import { statement, text, timestamp } from "../db/statement.ts";
import { endJobIn } from "./endJob.ts";
import { findJob, JOB_COLUMNS, type JobKinds, jobColumns, UNFINISHED } from "./job.ts";

/**
 * Has a job end: one that waits at once, one that runs at its next safe point.
 * @param alongside what else is written in the transaction
 * @returns false if it has ended already, or does not exist
 */
export function abortJob(
  ctx: Context,
  kinds: JobKinds,
  id: string,
  alongside: (tx: Transaction) => Promise<void>,
): Promise<boolean> {
  return inTransaction(ctx.db, async (tx) => {
    const asked = await ASK.first(tx, { id, now: ctx.clock.now() });
    if (!asked) return false;
    await alongside(tx);
    const [job, kind] = [await findJob(tx, id), kinds.get(asked.kind)];
    if (kind && job?.state === "queued") await endJobIn(ctx, tx, kind, job, { state: "ABORTED" });
    ctx.log.info({ event: "job.abort_asked", jobId: id, kind: asked.kind });
    return true;
  });
}

/**
 * Ends the job that is about something which ends in this transaction. Its worker finds out with its next write, which it
 * can no longer make.
 */
export async function endJobOf(ctx: Context, tx: Transaction, kind: string, targetId: string): Promise<void> {
  await END_OF.run(tx, { kind, targetId, now: ctx.clock.now() });
}

const END_OF = statement({
  sql: `UPDATE "Job" SET "state" = 'ABORTED', "finishedAt" = $3, "heldUntil" = NULL
         WHERE "kind" = $1 AND "targetId" = $2 AND "state" IN ${UNFINISHED}`,
  params: { kind: text, targetId: text, now: timestamp },
});

/**
 * Has the jobs about things of this type end that have begun, of a company and of all of them: what they have read is out of date.
 * Answers how many.
 */
export async function abortBegun(
  ctx: Context,
  tx: Transaction,
  targetType: string,
  companyId: string,
): Promise<number> {
  return await ABORT_BEGUN.run(tx, { targetType, companyId, now: ctx.clock.now() });
}

const ABORT_BEGUN = statement({
  sql: `UPDATE "Job" SET "abortAskedAt" = COALESCE("abortAskedAt", $3)
         WHERE "targetType" = $1 AND ("companyId" = $2 OR "companyId" IS NULL) AND "state" = 'RUNNING'`,
  params: { targetType: text, companyId: text, now: timestamp },
});

const ASK = statement({
  sql: `UPDATE "Job" SET "abortAskedAt" = COALESCE("abortAskedAt", $2) WHERE "id" = $1 AND "state" IN ${UNFINISHED}
        RETURNING ${JOB_COLUMNS}`,
  params: { id: text, now: timestamp },
  row: jobColumns,
});
