import { z } from "zod";
import { notFound, RefusedError } from "../../api/errors.ts";
import { id } from "../../api/fields.ts";
import { audit, defineOperation } from "../../api/operation.ts";
import { abortJob as abort } from "../../jobs/abortJob.ts";
import { jobShape, readShownJob } from "./jobShape.ts";
import { JOB_KINDS } from "./kinds.ts";

export const abortJob = defineOperation({
  name: "abortJob",
  summary:
    "Aborts a job: one that is waiting at once, one that is running at its next safe point. What it has done stays.",
  method: "POST",
  path: "/api/admin/jobs/{id}/abort",
  permission: "jobs.control",
  confirmed: "not needed",
  input: z.strictObject({ id }),
  example: { id: "job_id_1" },
  output: z.object({ job: jobShape }),
  run: async (ctx, { id }) => {
    const target = { type: "job", id };
    const aborted = await abort(ctx, JOB_KINDS, id, (tx) =>
      audit(ctx, tx, { action: "jobs.abort", outcome: "done", target }),
    );
    const job = await readShownJob(ctx.db, id);
    if (!job) throw notFound("job");
    if (!aborted) throw new RefusedError("conflict", "This job has already ended.");
    return { job };
  },
});
