import { createGzip } from "node:zlib";
import { z } from "zod";
import { defineFault } from "./fault.ts";

export const contentPacked = defineFault({
  kind: "content_packed",
  summary: "A file's content is compressed with gzip, with or without a Content-Encoding header.",
  at: "call",
  route: { method: "GET", path: "/v1/files/*/content" },
  params: z.strictObject({ how: z.enum(["body", "transfer"]).default("body") }),
  onReply: async (_call, reply, { how }) => {
    if (reply.kind !== "stream") return reply;
    const headers = { ...reply.headers, ...(how === "transfer" && { "content-encoding": "gzip" }) };
    const whole = { afterBytes: Number.POSITIVE_INFINITY, clean: true };
    return { ...reply, headers, open: () => reply.open().pipe(createGzip()), cut: reply.cut ?? whole };
  },
});
