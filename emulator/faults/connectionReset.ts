import { z } from "zod";
import { defineFault } from "./fault.ts";

export const connectionReset = defineFault({
  kind: "connection_reset",
  summary: "The connection is reset before a call is handled, or after it (the reply is lost).",
  at: "call",
  params: z.strictObject({ when: z.enum(["before", "after"]).default("before") }),
  onCall: async (_call, { when }) => (when === "before" ? { kind: "reset" } : undefined),
  onReply: async (_call, reply, { when }) => (when === "after" ? { kind: "reset" } : reply),
});
