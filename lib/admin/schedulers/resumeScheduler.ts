import { z } from "zod";
import { id, reason } from "../../api/fields.ts";
import { defineOperation } from "../../api/operation.ts";
import { schedulerShape } from "./readSchedulers.ts";
import { setPaused } from "./setPaused.ts";

export const resumeScheduler = defineOperation({
  name: "resumeScheduler",
  summary: "Resumes a paused scheduler from its next interval.",
  method: "POST",
  path: "/api/admin/schedulers/{name}/resume",
  permission: "schedulers.control",
  confirmed: "not needed",
  input: z.strictObject({ name: id, reason }),
  example: { name: "batch-creation", reason: "Maintenance has finished" },
  output: z.object({
    changed: z.boolean().meta({ description: "False if it was not paused." }),
    scheduler: schedulerShape,
  }),
  run: (ctx, input) => setPaused(ctx, input, false),
});
