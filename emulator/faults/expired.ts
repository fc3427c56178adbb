import { z } from "zod";
import { defineFault } from "./fault.ts";

export const expired = defineFault({
  kind: "expired",
  summary: "The batch expires after some of its lines ran; the rest are in the error file as batch_expired.",
  at: "batch",
  params: z.strictObject({
    /** Part of the lines that runs before the end. */
    share: z.coerce.number().min(0).max(1).default(0.5),
  }),
  onRun: (plan, { share }) => ({ ...plan, share, end: "expired" }),
});
