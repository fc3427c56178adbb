import { JOB_KINDS } from "../lib/admin/jobs/kinds.ts";
import type { Context } from "../lib/context.ts";
import { codeOf } from "../lib/errors.ts";
import { findJob } from "../lib/jobs/job.ts";
import { runJob } from "../lib/jobs/runJob.ts";
import { type WatchedJob, waitForJob } from "../lib/jobs/waitForJob.ts";

/** Works on a job, unless a worker has begun already: then it waits until that one has done it. */
export async function runOrWait(
  ctx: Context,
  id: string,
  show?: (job: WatchedJob) => void,
): Promise<WatchedJob | undefined> {
  const round = (await findJob(ctx.db, id))?.round ?? 1;
  const ended = new AbortController();
  const shown = waitForJob({ ...ctx, stopping: AbortSignal.any([ctx.stopping, ended.signal]) }, id, show);
  // Who watches may fail while the work goes on: that is heard at the end.
  shown.catch(() => undefined);
  await runJob(ctx, JOB_KINDS, { id, round }).catch((error: unknown) => {
    if (codeOf(error) !== "job_held") {
      ended.abort();
      throw error;
    }
  });
  return shown;
}
