import { z } from "zod";
import { defineFault } from "./fault.ts";

export const lineHuge = defineFault({
  kind: "line_huge",
  summary: "A line ends in megabytes of spaces before its line feed; it is still valid JSON.",
  at: "line",
  params: z.strictObject({ bytes: z.coerce.number().int().min(1).max(64_000_000).default(4_000_000) }),
  onLine: (line, { bytes }) => ({ ...line, distort: (text) => (line.distort?.(text) ?? text) + " ".repeat(bytes) }),
});
