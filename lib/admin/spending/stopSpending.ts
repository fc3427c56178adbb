import { z } from "zod";
import { reason } from "../../api/fields.ts";
import { defineOperation } from "../../api/operation.ts";
import { stopAllSpending, stopped } from "./setStopped.ts";

export const stopSpending = defineOperation({
  name: "stopSpending",
  summary:
    "Stops all spending: nothing new is sent to any provider until it is resumed. Running batches are still collected and paid for.",
  method: "POST",
  path: "/api/admin/spending/stop",
  permission: "spending.control",
  confirmed: "not needed",
  input: z.strictObject({ reason }),
  example: { reason: "The invoice is ten times what it should be" },
  output: z.object({
    changed: z.boolean().meta({ description: "False if it was already stopped." }),
    settled: z.boolean().meta({ description: "False if a batch was being created and the outcome is not known." }),
    stopped,
  }),
  run: (ctx, { reason }) => stopAllSpending(ctx, reason),
});
