import type { Context } from "../context.ts";
import type { JobState } from "../db/enums.ts";
import { int, json, known, nullable, type RowOf, statement, text, textOf } from "../db/statement.ts";
import type { Outcome } from "./job.ts";

const LOOK_EVERY_MS = 500;

export type WatchedJob = RowOf<typeof READ>;

/** Waits until a job has ended or the process is to stop, and shows each reading; undefined if it does not exist. */
export async function waitForJob(
  ctx: Context,
  id: string,
  show: (job: WatchedJob) => void = () => {},
): Promise<WatchedJob | undefined> {
  for (;;) {
    const job = await READ.first(ctx.db, { id });
    if (job) show(job);
    if (!job || ctx.stopping.aborted || (job.state !== "queued" && job.state !== "running")) return job;
    await ctx.clock.sleep(LOOK_EVERY_MS, ctx.stopping);
  }
}

const READ = statement({
  sql: `SELECT lower("state"::text) AS "state", "done", "total", "outcome", "errorCode", "error" FROM "Job" WHERE "id" = $1`,
  params: { id: text },
  row: {
    state: known(textOf<Lowercase<JobState>>()),
    done: int,
    total: nullable(int),
    outcome: json<Outcome>(),
    errorCode: nullable(text),
    error: nullable(text),
  },
});
