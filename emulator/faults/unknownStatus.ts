import { z } from "zod";
import { durationSchema } from "../durations.ts";
import { defineFault } from "./fault.ts";

export const unknownStatus = defineFault({
  kind: "unknown_status",
  summary: "For a while after it is created, the batch has an undocumented status.",
  at: "batch",
  params: z.strictObject({ status: z.string().default("paused"), ms: durationSchema.default(2_000) }),
  onView: (view, batch, now, { status, ms }) => (now < batch.createdAt + ms ? { ...view, status } : view),
});
