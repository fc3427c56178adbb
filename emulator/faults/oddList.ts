import { z } from "zod";
import { isObject } from "../http/call.ts";
import { defineFault } from "./fault.ts";

const strangers = [
  null,
  { id: "batch_of_another_tool", object: "batch", status: null, input_file_id: null, metadata: { run: 7 } },
  { id: 17, object: "batch", status: "completed", created_at: "soon", input_file_id: null, metadata: [], errors: [] },
];

export const oddList = defineFault({
  kind: "odd_list",
  summary: "The list of batches is oldest first or in no order, has strangers in it, or comes in another shape.",
  at: "call",
  route: { method: "GET", path: "/v1/batches" },
  params: z.strictObject({
    how: z.enum(["oldest_first", "shuffled", "strangers", "no_has_more", "value", "nested"]).default("oldest_first"),
  }),
  onCall: async (call, { how }) => {
    if (how === "oldest_first" || how === "shuffled") call.listOrder = how;
    return undefined;
  },
  onReply: async (_call, reply, { how }) => {
    if (reply.kind !== "json" || !isObject(reply.body) || !Array.isArray(reply.body.data)) return reply;
    const { data, has_more, ...body } = reply.body;
    if (how === "strangers") return { ...reply, body: { ...body, has_more, data: [...strangers, ...data] } };
    if (how === "no_has_more") return { ...reply, body: { ...body, data } };
    if (how === "nested") return { ...reply, body: { data: { ...body, data, has_more } } };
    return how === "value" ? { ...reply, body: { value: data, has_more } } : reply;
  },
});
