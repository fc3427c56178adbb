import type { Context } from "../context.ts";
import { isPassing } from "../db/connectionErrors.ts";
import { codeOf, LiveDashError } from "../errors.ts";
import { explainForeseen } from "../foreseen.ts";
import { endJob, giveBackJob } from "./endJob.ts";
import { type Interruption, isAbortAsked, keepHold, letGo, takeJob, writeProgress } from "./hold.ts";
import type { JobEnd, JobKind, JobKinds, JobRow, Message } from "./job.ts";

/** So often a worker begins, in one round: a job that takes its workers with it must not take all there are. */
const MOST_ATTEMPTS = 5;
const BROKEN_OFF: JobEnd = {
  state: "FAILED",
  code: "job_broken_off",
  message: `The job was started ${MOST_ATTEMPTS} times, and was broken off each time. Look into the log, then retry it.`,
};

/**
 * Works on a job from wherever it is to its end, if the message is not out of date.
 * @throws what another try can help: the queue delivers the message again
 */
export async function runJob(ctx: Context, kinds: JobKinds, message: Message): Promise<void> {
  const job = await takeJob(ctx, message);
  if (!job) return;
  const kind = kinds.get(job.kind);
  if (!kind) throw new LiveDashError("job_unknown", `This version of LiveDash has no jobs of the kind "${job.kind}".`);
  const end = (as: JobEnd) => endJob(ctx, kind, job, as);
  if (job.abortAskedAt) await end({ state: "ABORTED" });
  else if (job.attempt > MOST_ATTEMPTS) await end(BROKEN_OFF);
  else {
    const { why, error } = await attempt(ctx, kind, job);
    if (error === undefined) await end({ state: "DONE" });
    else if (why === "aborted") await end({ state: "ABORTED" });
    else if (why === "stopping") await giveBackJob(ctx, job);
    else if (why === undefined && isFinal(error)) await end(failureOf(error));
    else {
      await letGo(ctx, job);
      throw error;
    }
  }
}

/** One try: what broke it off, if anything did, and why. */
async function attempt(ctx: Context, kind: JobKind, job: JobRow): Promise<{ why?: Interruption; error?: unknown }> {
  const about = { jobId: job.id, kind: job.kind, attempt: job.attempt };
  ctx.log.info({ event: "job.started", ...about });
  const ended = new AbortController();
  const interrupted = new AbortController();
  const reasons: Interruption[] = [];
  const interrupt = (why: Interruption) => {
    reasons.push(why);
    interrupted.abort();
  };
  const stop = () => interrupt("stopping");
  ctx.stopping.addEventListener("abort", stop);
  const keeping = keepHold(ctx, job, ended.signal, interrupt);
  try {
    if (ctx.stopping.aborted) stop();
    await kind.run(ctx, {
      ...job,
      input: kind.input.parse(job.input),
      stopping: interrupted.signal,
      throwIfStopping: () => {
        if (interrupted.signal.aborted) throw new LiveDashError("stopped", "The job was stopped.", { retryable: true });
      },
      progress: (sql, progress) => writeProgress(ctx, sql, job, progress),
    });
    return {};
  } catch (error) {
    // Its own write may find out before the next renewal does.
    if (codeOf(error) === "job_lost") reasons.push((await isAbortAsked(ctx, job)) ? "aborted" : "lost");
    const [why] = reasons;
    ctx.log.warn({ event: "job.interrupted", ...about, why, error }, "the job was interrupted");
    return { error, ...(why ? { why } : {}) };
  } finally {
    ended.abort();
    ctx.stopping.removeEventListener("abort", stop);
    await keeping;
  }
}

/** Whether the same would happen again: not where the database was away, or others were in the way. */
function isFinal(error: unknown): boolean {
  return !(isPassing(error) || (error instanceof LiveDashError && error.retryable));
}

/** Our own sentences are safe to show; others may quote what they failed on, so of those only the code is. */
function failureOf(error: unknown): JobEnd {
  const foreseen = explainForeseen(error);
  if (foreseen) return { state: "FAILED", code: foreseen.code, message: foreseen.message };
  const message = `The job failed unexpectedly (${codeOf(error) ?? "no code"}). The log says more.`;
  return { state: "FAILED", code: "unexpected", message };
}
