import { after } from "../clock.ts";
import type { Context } from "../context.ts";
import type { Sql } from "../db/pool.ts";
import { int, json, nullable, statement, text, timestamp } from "../db/statement.ts";
import { LiveDashError } from "../errors.ts";
import {
  findJob,
  JOB_COLUMNS,
  type JobRow,
  jobColumns,
  type Message,
  type Outcome,
  type Progress,
  UNFINISHED,
} from "./job.ts";

const HOLD_MS = 60_000;
const RENEW_EVERY_MS = 5_000;

/** What tells a worker's hold on a job from all others. */
export type Hold = Pick<JobRow, "id" | "round" | "attempt">;

/**
 * Takes a job, if it is there to be taken: undefined if the message is out of date.
 * @throws LiveDashError `job_held` while another worker has it
 */
export async function takeJob(ctx: Context, { id, round }: Message) {
  const now = ctx.clock.now();
  const taken = await TAKE.first(ctx.db, { id, round, now, until: after(ctx.clock, HOLD_MS) });
  if (taken) return taken;
  const found = await findJob(ctx.db, id);
  if (found?.state !== "running" || found.round !== round) return undefined;
  throw new LiveDashError("job_held", "Another worker is still working on this job.", { retryable: true });
}

const TAKE = statement({
  sql: `UPDATE "Job" SET "state" = 'RUNNING', "attempt" = "attempt" + 1, "heldUntil" = $4, "startedAt" = COALESCE("startedAt", $3)
         WHERE "id" = $1 AND "round" = $2 AND "state" IN ${UNFINISHED} AND ("heldUntil" IS NULL OR "heldUntil" <= $3)
        RETURNING ${JOB_COLUMNS}, "abortAskedAt"`,
  params: { id: text, round: int, now: timestamp, until: timestamp },
  row: { ...jobColumns, abortAskedAt: nullable(timestamp) },
});

/** Why a job ends before its work is done. */
export type Interruption = "aborted" | "lost" | "stopping";

/** Renews the hold until `ended`, and says through `interrupt` when the work has to end. */
export async function keepHold(
  ctx: Context,
  hold: Hold,
  ended: AbortSignal,
  interrupt: (why: Interruption) => void,
): Promise<void> {
  let until = after(ctx.clock, HOLD_MS);
  while (!ended.aborted) {
    await ctx.clock.sleep(RENEW_EVERY_MS, ended);
    if (ended.aborted) return;
    try {
      const next = after(ctx.clock, HOLD_MS);
      const held = await RENEW.first(ctx.db, { ...hold, until: next });
      if (!held) return interrupt("lost");
      if (held.abortAskedAt) return interrupt("aborted");
      until = next;
    } catch (error) {
      ctx.log.warn({ event: "job.not_renewed", jobId: hold.id, error });
      if (until <= ctx.clock.now()) return interrupt("lost");
    }
  }
}

const held = { id: text, round: int, attempt: int };

const RENEW = statement({
  sql: `UPDATE "Job" SET "heldUntil" = $4 WHERE "id" = $1 AND "round" = $2 AND "attempt" = $3 AND "state" = 'RUNNING'
        RETURNING "abortAskedAt"`,
  params: { ...held, until: timestamp },
  row: { abortAskedAt: nullable(timestamp) },
});

/** Whether it is still this worker's, and somebody wants it to end. */
export async function isAbortAsked(ctx: Context, hold: Hold): Promise<boolean> {
  const found = await RENEW.first(ctx.db, { ...hold, until: after(ctx.clock, HOLD_MS) });
  return found?.abortAskedAt != null;
}

/** Leaves it to whoever is told of it next. If that cannot be written, they have to wait until the hold has run out. */
export async function letGo(ctx: Context, hold: Hold): Promise<void> {
  await RENEW.run(ctx.db, { ...hold, until: ctx.clock.now() }).catch((error: unknown) => {
    ctx.log.warn({ event: "job.not_renewed", jobId: hold.id, error });
  });
}

/** @throws LiveDashError `job_lost` when it has been aborted, has ended, or is another worker's */
export async function writeProgress(ctx: Context, sql: Sql, hold: Hold, progress: Progress): Promise<void> {
  const { done, total = null, outcome = {} } = progress;
  const values = { ...hold, done, total, outcome: JSON.stringify(outcome), now: ctx.clock.now() };
  if ((await PROGRESS.run(sql, values)) === 1) return;
  throw new LiveDashError("job_lost", "This job was aborted, or another worker has it.", { retryable: true });
}

const PROGRESS = statement({
  sql: `UPDATE "Job" SET "done" = $4, "total" = COALESCE($5, "total"), "outcome" = "outcome" || $6, "progressAt" = $7
         WHERE "id" = $1 AND "round" = $2 AND "attempt" = $3 AND "state" = 'RUNNING' AND "abortAskedAt" IS NULL`,
  params: { ...held, done: int, total: nullable(int), outcome: json<Outcome>(), now: timestamp },
});
