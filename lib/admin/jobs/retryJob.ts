import { z } from "zod";
import { notFound, RefusedError } from "../../api/errors.ts";
import { id } from "../../api/fields.ts";
import { audit, authorise, defineOperation } from "../../api/operation.ts";
import { retryJob as retry } from "../../jobs/retryJob.ts";
import { jobShape, readShownJob } from "./jobShape.ts";
import { JOB_KINDS, permissionOf } from "./kinds.ts";

export const retryJob = defineOperation({
  name: "retryJob",
  summary:
    "Retries a job that has failed or was aborted. It continues where it was, if its kind can. This also takes the permission that asking for it does.",
  method: "POST",
  path: "/api/admin/jobs/{id}/retry",
  permission: "jobs.control",
  confirmed: "not needed",
  input: z.strictObject({ id }),
  example: { id: "job_id_2" },
  output: z.object({ job: jobShape }),
  run: async (ctx, { id }) => {
    const asked = await readShownJob(ctx.db, id);
    if (!asked) throw notFound("job");
    const needed = permissionOf(asked.kind);
    if (needed) await authorise(ctx, needed, "jobs.retry");
    const target = { type: "job", id };
    const retried = await retry(ctx, JOB_KINDS, id, (tx) =>
      audit(ctx, tx, { action: "jobs.retry", outcome: "done", target }),
    );
    const job = await readShownJob(ctx.db, id);
    if (!job) throw notFound("job");
    if (!retried) {
      const sentence =
        "Only a job that has failed or was aborted can be retried, and only while the same is not running already.";
      throw new RefusedError("conflict", sentence);
    }
    return { job };
  },
});
