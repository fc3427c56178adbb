import { z } from "zod";
import { reason } from "../../api/fields.ts";
import { defineOperation } from "../../api/operation.ts";
import { resumeAllSpending, stopped } from "./setStopped.ts";

export const resumeSpending = defineOperation({
  name: "resumeSpending",
  summary: "Resumes spending. Waiting requests are sent in the next rounds of creation and polling.",
  method: "POST",
  path: "/api/admin/spending/resume",
  permission: "spending.control",
  confirmed: "not needed",
  input: z.strictObject({ reason }),
  example: { reason: "The invoice was explained" },
  output: z.object({ changed: z.boolean().meta({ description: "False if it was not stopped." }), stopped }),
  run: (ctx, { reason }) => resumeAllSpending(ctx, reason),
});
