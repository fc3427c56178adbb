import { z } from "zod";
import { id, reason } from "../../api/fields.ts";
import { defineOperation } from "../../api/operation.ts";
import { schedulerShape } from "./readSchedulers.ts";
import { setPaused } from "./setPaused.ts";

export const pauseScheduler = defineOperation({
  name: "pauseScheduler",
  summary: "Stops a scheduler from running on any worker until it is resumed. A run in progress is not interrupted.",
  method: "POST",
  path: "/api/admin/schedulers/{name}/pause",
  permission: "schedulers.control",
  confirmed: "not needed",
  input: z.strictObject({ name: id, reason }),
  example: { name: "batch-creation", reason: "The provider announced maintenance" },
  output: z.object({
    changed: z.boolean().meta({ description: "False if it was already paused." }),
    scheduler: schedulerShape,
  }),
  run: (ctx, input) => setPaused(ctx, input, true),
});
