import { z } from "zod";
import { ApiError } from "../errors.ts";
import { defineFault } from "./fault.ts";

export const cancelRefused = defineFault({
  kind: "cancel_refused",
  summary: "A cancel is refused with 409, as if the batch had ended, and nothing is cancelled.",
  at: "call",
  route: { method: "POST", path: "/v1/batches/*/cancel" },
  params: z.strictObject({ status: z.string().min(1).default("finalizing") }),
  onCall: async (_call, { status }) => {
    throw new ApiError(409, `Cannot cancel a batch with status '${status}'.`);
  },
});
