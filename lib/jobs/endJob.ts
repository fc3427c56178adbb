import type { Context } from "../context.ts";
import { JobState } from "../db/enums.ts";
import { inTransaction, type Transaction } from "../db/pool.ts";
import { int, nullable, oneOf, statement, text, timestamp } from "../db/statement.ts";
import type { Hold } from "./hold.ts";
import { type JobEnd, type JobKind, type JobRow, UNFINISHED } from "./job.ts";
import { sendJobs } from "./queue.ts";

const LONGEST_ERROR = 1_000;

/** Ends a job, with what its kind writes then. False if it has ended otherwise, or is another worker's. */
export function endJob(ctx: Context, kind: JobKind, job: JobRow, end: JobEnd): Promise<boolean> {
  return inTransaction(ctx.db, (tx) => endJobIn(ctx, tx, kind, job, end));
}

/** The same, in a transaction that does something else too. */
export async function endJobIn(
  ctx: Context,
  tx: Transaction,
  kind: JobKind,
  job: JobRow,
  end: JobEnd,
): Promise<boolean> {
  const { id, round, attempt, input } = job;
  const ended = await END.run(tx, {
    id,
    round,
    attempt,
    state: end.state,
    now: ctx.clock.now(),
    errorCode: end.state === "FAILED" ? end.code : null,
    error: end.state === "FAILED" ? end.message.slice(0, LONGEST_ERROR) : null,
  });
  if (ended === 0) return false;
  const read = kind.input.safeParse(input);
  if (read.success) await kind.ended?.(ctx, tx, { id, input: read.data }, end);
  const about = { event: `job.${end.state.toLowerCase()}`, jobId: id, kind: kind.name };
  if (end.state === "FAILED") ctx.log.error({ ...about, code: end.code }, "the job failed");
  else ctx.log.info(about);
  return true;
}

const END = statement({
  sql: `UPDATE "Job" SET "state" = $4, "finishedAt" = $5, "heldUntil" = NULL, "errorCode" = $6, "error" = $7
         WHERE "id" = $1 AND "round" = $2 AND "attempt" = $3 AND "state" IN ${UNFINISHED}`,
  params: {
    id: text,
    round: int,
    attempt: int,
    state: oneOf("JobState", JobState),
    now: timestamp,
    errorCode: nullable(text),
    error: nullable(text),
  },
});

/** Gives a job back that was not finished, because the process stops: it is sent again, and this attempt does not count. */
export async function giveBackJob(ctx: Context, { id, round, attempt, kind }: Hold & { kind: string }): Promise<void> {
  await inTransaction(ctx.db, async (tx) => {
    if ((await GIVE_BACK.run(tx, { id, round, attempt })) === 0) return;
    await sendJobs(tx, [{ id, kind, round: round + 1 }]);
    ctx.log.info({ event: "job.given_back", jobId: id, kind });
  });
}

const GIVE_BACK = statement({
  sql: `UPDATE "Job" SET "state" = 'QUEUED', "heldUntil" = NULL, "round" = "round" + 1, "attempt" = 0
         WHERE "id" = $1 AND "round" = $2 AND "attempt" = $3 AND "state" = 'RUNNING' AND "abortAskedAt" IS NULL`,
  params: { id: text, round: int, attempt: int },
});
