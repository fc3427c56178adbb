import { z } from "zod";
import { defineFault } from "./fault.ts";

export const html200 = defineFault({
  kind: "html_200",
  summary: "A call gets status 200 with an HTML page, as from a proxy, and is not handled.",
  at: "call",
  params: z.strictObject({}),
  onCall: async () => ({
    kind: "text",
    status: 200,
    text: "<!doctype html><html><head><title>One moment</title></head><body>Please wait.</body></html>\n",
    headers: { "content-type": "text/html; charset=utf-8" },
  }),
});
