import { z } from "zod";
import { defineFault } from "./fault.ts";

export const contentElsewhere = defineFault({
  kind: "content_elsewhere",
  summary: "A file's content lies at another host, which refuses calls that bring a key.",
  at: "call",
  route: { method: "GET", path: "/v1/files/*/content" },
  params: z.strictObject({}),
  onCall: async (call) => {
    const [, port = "80"] = (call.request.headers.host ?? "").split(":");
    const host = call.request.headers.host?.startsWith("localhost") ? "127.0.0.1" : "localhost";
    const id = call.path.split("/").at(-2) ?? "";
    const location = `http://${host}:${port}/_emulator/content/${encodeURIComponent(id)}`;
    return { kind: "text", status: 302, text: "", headers: { location } };
  },
});
