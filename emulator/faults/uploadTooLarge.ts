import { z } from "zod";
import { isObject } from "../http/call.ts";
import { defineFault } from "./fault.ts";

export const uploadTooLarge = defineFault({
  kind: "upload_too_large",
  summary: "An upload above a size is refused with 413 and an HTML page, as by a proxy.",
  at: "call",
  route: { method: "POST", path: "/v1/files" },
  params: z.strictObject({ bytes: z.coerce.number().int().min(1).default(1_000_000) }),
  onReply: async (_call, reply, { bytes }, { dropFile }) => {
    const file = reply.kind === "json" && isObject(reply.body) ? reply.body : {};
    if (typeof file.id !== "string" || typeof file.bytes !== "number" || file.bytes <= bytes) return reply;
    dropFile(file.id);
    const text = "<html><head><title>413 Request Entity Too Large</title></head><body>nginx</body></html>";
    return { kind: "text", status: 413, text, headers: { "content-type": "text/html" } };
  },
});
