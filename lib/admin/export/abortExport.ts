import { z } from "zod";
import { notFound } from "../../api/errors.ts";
import { id } from "../../api/fields.ts";
import { defineOperation } from "../../api/operation.ts";
import { jobShape, readShownJob } from "../jobs/jobShape.ts";
import { exportJob } from "./exportJob.ts";
import { abortOwnExport } from "./ownExport.ts";

export const abortExport = defineOperation({
  name: "abortExport",
  summary: "Aborts an export, for whoever asked for it. Nothing of its file stays.",
  method: "POST",
  path: "/api/admin/exports/{id}/abort",
  permission: "lists.export",
  confirmed: "not needed",
  input: z.strictObject({ id }),
  example: { id: "job_id_3" },
  output: z.object({ job: jobShape }),
  run: async (ctx, { id }) => {
    await abortOwnExport(ctx, { kind: exportJob, id });
    const job = await readShownJob(ctx.db, id);
    if (!job) throw notFound("job");
    return { job };
  },
});
