import { importNow } from "../../lib/admin/companies/importNow.ts";
import { JOB_KINDS } from "../../lib/admin/jobs/kinds.ts";
import { readJob } from "../../lib/admin/jobs/readJob.ts";
import { type CallContext, callOperation } from "../../lib/api/operation.ts";
import type { Context } from "../../lib/context.ts";
import { runJob } from "../../lib/jobs/runJob.ts";

/** Works on all jobs that nobody has, the oldest first, as workers do that are told of them. */
export async function runJobs(ctx: Context): Promise<void> {
  const { rows } = await ctx.db.query<{ id: string; round: number }>(
    `SELECT "id", "round" FROM "Job" WHERE "state" IN ('QUEUED', 'RUNNING') AND ("heldUntil" IS NULL OR "heldUntil" < now())
      ORDER BY "createdAt", "id"`,
  );
  for (const message of rows) await runJob(ctx, JOB_KINDS, message);
}

/** The worker that had them is gone, and so long ago that others may know. */
export async function forgetWorkers(ctx: Pick<Context, "db">): Promise<void> {
  await ctx.db.query(`UPDATE "Job" SET "heldUntil" = now() - interval '1 second' WHERE "state" = 'RUNNING'`);
}

/** Asks for the import of a company from its address, and has it done: the job as it ended. */
export async function importNowAndWait(ctx: CallContext, companyId: string) {
  const { job } = await callOperation(ctx, importNow, { id: companyId });
  await runJobs(ctx);
  return (await callOperation(ctx, readJob, { id: job.id })).job;
}

/** All jobs, the oldest first. */
export async function jobsOf({ db }: Pick<Context, "db">) {
  const { rows } = await db.query<{
    id: string;
    companyId: string;
    state: string;
    outcome: Record<string, number | string>;
    errorCode: string | null;
  }>(`SELECT "id", "companyId", "state"::text, "outcome", "errorCode" FROM "Job" ORDER BY "createdAt", "id"`);
  return rows;
}
