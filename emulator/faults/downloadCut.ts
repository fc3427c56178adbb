import { z } from "zod";
import { defineFault } from "./fault.ts";

export const downloadCut = defineFault({
  kind: "download_cut",
  summary: "A file's content ends early: by a reset, or, with clean, as if it were whole.",
  at: "call",
  route: { method: "GET", path: "/v1/files/*/content" },
  params: z.strictObject({
    share: z.coerce.number().min(0).max(1).default(0.5),
    clean: z.stringbool().or(z.boolean()).default(false),
  }),
  onReply: async (_call, reply, { share, clean }) =>
    reply.kind === "stream" ? { ...reply, cut: { afterBytes: Math.floor(reply.bytes * share), clean } } : reply,
});
