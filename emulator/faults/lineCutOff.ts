import { z } from "zod";
import { defineFault } from "./fault.ts";

export const lineCutOff = defineFault({
  kind: "line_cut_off",
  summary: "The answer ends early with finish_reason length, or with another reason of your choice. Billed.",
  at: "line",
  params: z.strictObject({
    finish_reason: z.enum(["length", "content_filter"]).default("length"),
    share: z.coerce.number().min(0).max(1).default(0.5),
  }),
  onAnswer: (answer, { finish_reason, share }) => ({
    ...answer,
    text: answer.text.slice(0, Math.floor(answer.text.length * share)),
    finishReason: finish_reason,
  }),
});
