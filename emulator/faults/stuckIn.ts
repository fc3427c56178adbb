import { z } from "zod";
import { durationSchema } from "../durations.ts";
import { defineFault } from "./fault.ts";

export const stuckIn = defineFault({
  kind: "stuck_in",
  summary: "The batch stays in one status for a time, even past its expiry; a cancel ends the other statuses.",
  at: "batch",
  params: z.strictObject({
    status: z.enum(["validating", "finalizing", "cancelling"]).default("finalizing"),
    ms: durationSchema.default(7 * 24 * 3_600_000),
  }),
  onTimes: (times, { status, ms }) => ({ ...times, [status]: times[status] + ms }),
});
