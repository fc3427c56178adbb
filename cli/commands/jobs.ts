import { abortJob } from "../../lib/admin/jobs/abortJob.ts";
import { listJobs } from "../../lib/admin/jobs/listJobs.ts";
import { readJob } from "../../lib/admin/jobs/readJob.ts";
import { retryJob } from "../../lib/admin/jobs/retryJob.ts";
import { RefusedError } from "../../lib/api/errors.ts";
import { callOperation } from "../../lib/api/operation.ts";
import { waitForJob } from "../../lib/jobs/waitForJob.ts";
import { companyIdOf, limitOf, withoutGaps } from "../given.ts";
import { inUtc, inWords, print, printJson, textFacts, textTable } from "../printed.ts";
import { readUpTo } from "../readUpTo.ts";
import { withOperations } from "../withRuntime.ts";

interface ListOptions {
  state?: string;
  kind?: string;
  company?: string;
  limit?: string;
  json?: boolean;
}

const HEAD = ["JOB", "KIND", "STATE", "DONE", "OF", "COMPANY", "BY", "REQUESTED", "ERROR"];

/** Prints the jobs, narrowed as they are asked for. */
export function list({ state, kind, company, limit, json }: ListOptions): Promise<void> {
  return withOperations(async (ctx) => {
    const companyId = company === undefined ? undefined : await companyIdOf(ctx, company);
    const filter = withoutGaps({ state: state?.toLowerCase(), kind, companyId });
    const { rows, nextCursor } = await readUpTo(limitOf(limit), async (page) => {
      const { jobs, nextCursor } = await callOperation(ctx, listJobs, { ...filter, ...page });
      return { rows: jobs, nextCursor };
    });
    if (json) return printJson({ jobs: rows, nextCursor });
    if (rows.length === 0) return print("No jobs match.\n");
    const lines = rows.map((job) => [
      job.id,
      job.kind,
      inWords(job.state),
      job.done,
      job.total ?? "",
      job.companyName ?? "",
      job.askedBy,
      inUtc(job.createdAt),
      job.errorCode ?? "",
    ]);
    print(textTable(HEAD, lines));
    if (nextCursor) print("There are more. Use --limit (up to 10000) or narrow the filters.\n");
  });
}

/** Prints one job; with `wait`, once it has ended. The exit code is 1 if it failed or was aborted. */
export function show(id: string, { wait, json }: { wait?: boolean; json?: boolean }): Promise<void> {
  return withOperations(async (ctx) => {
    await callOperation(ctx, readJob, { id });
    if (wait) await waitForJob(ctx, id);
    const answer = await callOperation(ctx, readJob, { id });
    const { job } = answer;
    if (json) printJson(answer);
    else {
      const outcome = Object.entries(job.outcome).map(([name, value]) => `${name} ${value}`);
      print(
        textFacts({
          Job: job.id,
          Kind: job.kind,
          State: job.aborting ? "aborting" : inWords(job.state),
          Done: job.total === null ? String(job.done) : `${job.done} of ${job.total}`,
          Outcome: outcome.join(", "),
          Company: job.companyName,
          By: job.askedBy,
          Requested: inUtc(job.createdAt),
          Started: inUtc(job.startedAt),
          Ended: inUtc(job.finishedAt),
        }),
      );
    }
    if (job.state === "failed") throw new RefusedError("conflict", job.error ?? "The job failed.");
    if (wait && job.state === "aborted") throw new RefusedError("conflict", "The job was aborted.");
  });
}

export function abort(id: string): Promise<void> {
  return withOperations(async (ctx) => {
    const { job } = await callOperation(ctx, abortJob, { id });
    print(job.aborting ? "The job ends at its next safe point.\n" : "The job has been aborted.\n");
  });
}

export function retry(id: string): Promise<void> {
  return withOperations(async (ctx) => {
    await callOperation(ctx, retryJob, { id });
    print("The job is queued again. A process with schedulers will do it.\n");
  });
}
