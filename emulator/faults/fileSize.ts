import { z } from "zod";
import { isObject } from "../http/call.ts";
import { json } from "../http/reply.ts";
import { defineFault } from "./fault.ts";

export const fileSize = defineFault({
  kind: "file_size",
  summary: "A File object states a size other than its content's, or cannot be read although the content is there.",
  at: "call",
  route: { method: "GET", path: "/v1/files/*" },
  params: z.strictObject({
    bytes: z.coerce.number().int().min(0).default(0),
    status: z.coerce.number().int().min(400).max(599).optional(),
  }),
  onReply: async (_call, reply, { bytes, status }) => {
    if (reply.kind !== "json" || !isObject(reply.body) || reply.body.object !== "file") return reply;
    if (status !== undefined) return json({ error: { message: "This file cannot be looked up now." } }, status);
    return { ...reply, body: { ...reply.body, bytes } };
  },
});
