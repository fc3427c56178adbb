import { z } from "zod";
import { durationSchema } from "../durations.ts";
import { defineFault } from "./fault.ts";

export const slowReply = defineFault({
  kind: "slow_reply",
  summary: "A call is delayed before it is handled, or its reply afterwards.",
  at: "call",
  params: z.strictObject({ ms: durationSchema.default(1_000), when: z.enum(["before", "after"]).default("after") }),
  onCall: async (_call, { ms, when }, { clock, signal }) => {
    if (when === "before") await clock.sleepUntil(clock.now() + ms, signal);
    return undefined;
  },
  onReply: async (_call, reply, { ms, when }, { clock, signal }) => {
    if (when === "after") await clock.sleepUntil(clock.now() + ms, signal);
    return reply;
  },
});
