import { z } from "zod";
import { ApiError } from "../errors.ts";
import { defineFault } from "./fault.ts";

export const insufficientQuota = defineFault({
  kind: "insufficient_quota",
  summary: "A call is refused with 429 insufficient_quota, or another billing code: retrying does not help.",
  at: "call",
  params: z.strictObject({
    code: z
      .enum(["insufficient_quota", "billing_hard_limit_reached", "billing_not_active"])
      .default("insufficient_quota"),
  }),
  onCall: async (_call, { code }) => {
    throw new ApiError(429, "You exceeded your current quota, please check your plan and billing details.", {
      type: "insufficient_quota",
      code,
    });
  },
});
