import { z } from "zod";
import { defineFault } from "./fault.ts";

export const unrunLinesMissing = defineFault({
  kind: "unrun_lines_missing",
  summary: "Lines that did not run before a cancel or an expiry are in neither file.",
  at: "batch",
  params: z.strictObject({}),
  onLine: (line) =>
    line.error?.code === "batch_cancelled" || line.error?.code === "batch_expired" ? { ...line, file: "none" } : line,
});
