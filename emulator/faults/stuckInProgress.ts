import { z } from "zod";
import { durationSchema } from "../durations.ts";
import { defineFault } from "./fault.ts";

export const stuckInProgress = defineFault({
  kind: "stuck_in_progress",
  summary: "The batch stops in in_progress after some of its lines, for a time or until it is cancelled or 24 h old.",
  at: "batch",
  params: z.strictObject({
    share: z.coerce.number().min(0).max(1).default(0.5),
    ms: durationSchema.default(7 * 24 * 3_600_000),
  }),
  onRun: (plan, { share, ms }) => ({ ...plan, holdAtShare: share, holdMs: ms }),
});
