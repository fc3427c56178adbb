import { z } from "zod";
import { id } from "../../api/fields.ts";
import { defineOperation } from "../../api/operation.ts";
import { followOne } from "../../live/followOne.ts";
import { readJob } from "./readJob.ts";

export const watchJob = defineOperation({
  name: "watchJob",
  summary: "The same as server-sent events: the job, then again when it changes, and a `version` with it.",
  method: "GET",
  path: "/api/admin/jobs/{id}/events",
  permission: "jobs.read",
  input: z.strictObject({ id }),
  example: { id: "job_id_1" },
  output: undefined,
  live: true,
  run: (ctx, { id }) => followOne(ctx, `job ${id}`, async () => readJob.output.parse(await readJob.run(ctx, { id }))),
});
