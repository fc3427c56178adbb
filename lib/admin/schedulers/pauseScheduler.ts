import { z } from "zod";
import { id, reason } from "../../api/fields.ts";
import { defineVerb } from "../../api/verb.ts";
import { schedulerShape } from "./readSchedulers.ts";
import { setPaused } from "./setPaused.ts";

export const pauseScheduler = defineVerb({
  name: "pauseScheduler",
  summary:
    "Keeps a scheduler from running on any worker until it is resumed. A run that is under way is not broken off.",
  method: "POST",
  path: "/api/admin/legacy/schedulers/{name}/pause",
  permission: "schedulers.control",
  input: z.strictObject({ name: id, reason }),
  example: { name: "batch-creation", reason: "The provider announced maintenance" },
  output: z.object({
    changed: z.boolean().meta({ description: "False if it was paused already." }),
    scheduler: schedulerShape,
  }),
  run: (ctx, input) => setPaused(ctx, input, true),
});
