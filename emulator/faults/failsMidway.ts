import { z } from "zod";
import { defineFault } from "./fault.ts";

export const failsMidway = defineFault({
  kind: "fails_midway",
  summary: "The batch fails after some of its lines ran: its files are named, and the other lines are in neither.",
  at: "batch",
  params: z.strictObject({
    /** Part of the lines that runs before the end. */
    share: z.coerce.number().min(0).max(1).default(0.6),
    /** Without one, the batch gives no error. */
    code: z.string().optional(),
    message: z.string().default("The batch could not be finished."),
  }),
  onRun: (plan, { share, code, message }) => ({
    ...plan,
    share,
    end: "failed",
    errors: code === undefined ? null : [{ code, message, param: null, line: null }],
  }),
});
