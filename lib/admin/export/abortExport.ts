import { z } from "zod";
import { notFound, RefusedError } from "../../api/errors.ts";
import { id } from "../../api/fields.ts";
import { audit, defineOperation } from "../../api/operation.ts";
import { abortJob } from "../../jobs/abortJob.ts";
import { jobShape, readShownJob } from "../jobs/jobShape.ts";
import { exportJob } from "./exportJob.ts";
import { findOwnExport } from "./ownExport.ts";

const KINDS = new Map([[exportJob.name, exportJob]]);

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
    const ended = () => new RefusedError("conflict", "This export has already ended.");
    await findOwnExport(ctx, id, ({ state }) => {
      if (state !== "queued" && state !== "running") throw ended();
    });
    const target = { type: "job", id };
    const aborted = await abortJob(ctx, KINDS, id, (tx) =>
      audit(ctx, tx, { action: "jobs.abort", outcome: "done", target }),
    );
    if (!aborted) throw ended();
    const job = await readShownJob(ctx.db, id);
    if (!job) throw notFound("job");
    return { job };
  },
});
