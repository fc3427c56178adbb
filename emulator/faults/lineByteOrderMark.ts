import { z } from "zod";
import { defineFault } from "./fault.ts";

export const lineByteOrderMark = defineFault({
  kind: "line_byte_order_mark",
  summary: "A line starts with a byte order mark (U+FEFF).",
  at: "line",
  params: z.strictObject({}),
  onLine: (line) => ({ ...line, distort: (text) => mark(line.distort?.(text) ?? text) }),
});

function mark(text: string): string {
  return text.startsWith("\uFEFF") ? text : `\uFEFF${text}`;
}
