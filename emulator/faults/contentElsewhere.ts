import { z } from "zod";
import { hostNameIn } from "../http/refuseStrangers.ts";
import { defineFault } from "./fault.ts";

export const contentElsewhere = defineFault({
  kind: "content_elsewhere",
  summary: "A file's content is on another host, which refuses calls that carry a key. On one machine only.",
  at: "call",
  route: { method: "GET", path: "/v1/files/*/content" },
  params: z.strictObject({}),
  onCall: async (call) => {
    const { localAddress = "127.0.0.1", localPort } = call.request.socket;
    const address = localAddress.includes(":") ? `[${localAddress}]` : localAddress;
    const host = hostNameIn(call.request.headers.host) === "localhost" ? address : "localhost";
    const id = call.path.split("/").at(-2) ?? "";
    const location = `http://${host}:${localPort}/_emulator/content/${encodeURIComponent(id)}`;
    return { kind: "text", status: 302, text: "", headers: { location } };
  },
});
