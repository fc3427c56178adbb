import { z } from "zod";
import { defineFault } from "./fault.ts";

export const truncatedJson = defineFault({
  kind: "truncated_json",
  summary: "A call is handled, but its JSON reply ends in the middle.",
  at: "call",
  params: z.strictObject({}),
  onReply: async (_call, reply) => {
    if (reply.kind !== "json") return reply;
    const text = JSON.stringify(reply.body);
    return {
      kind: "text",
      status: reply.status,
      text: text.slice(0, Math.floor(text.length / 2)),
      headers: { ...reply.headers, "content-type": "application/json" },
    };
  },
});
