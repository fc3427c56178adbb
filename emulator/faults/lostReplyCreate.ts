import { z } from "zod";
import { defineFault } from "./fault.ts";

export const lostReplyCreate = defineFault({
  kind: "lost_reply_create",
  summary: "The batch is created, then the connection is closed without a reply.",
  at: "call",
  route: { method: "POST", path: "/v1/batches" },
  params: z.strictObject({}),
  onReply: async () => ({ kind: "reset" }),
});
