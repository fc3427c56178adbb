import { z } from "zod";
import { notFound } from "../../api/errors.ts";
import { id } from "../../api/fields.ts";
import { defineOperation } from "../../api/operation.ts";
import { jobShape, readShownJob } from "./jobShape.ts";

export const readJob = defineOperation({
  name: "readJob",
  summary: "One job: what it does, who asked for it, how far it is, and how it ended.",
  method: "GET",
  path: "/api/admin/jobs/{id}",
  permission: "jobs.read",
  input: z.strictObject({ id }),
  example: { id: "job_id_1" },
  output: z.object({ job: jobShape }),
  run: async (ctx, { id }) => {
    const job = await readShownJob(ctx.db, id);
    if (!job) throw notFound("job");
    return { job };
  },
});
