import { z } from "zod";
import { defineFault } from "./fault.ts";

export const slowBatch = defineFault({
  kind: "slow_batch",
  summary: "Every state of the batch takes longer, by a factor.",
  at: "batch",
  params: z.strictObject({ factor: z.coerce.number().min(0).default(10) }),
  onTimes: (times, { factor }) => ({
    validating: times.validating * factor,
    inProgress: times.inProgress * factor,
    perLine: times.perLine * factor,
    finalizing: times.finalizing * factor,
    cancelling: times.cancelling * factor,
  }),
});
