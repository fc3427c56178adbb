import { z } from "zod";
import { defineFault } from "./fault.ts";

export const lineMissing = defineFault({
  kind: "line_missing",
  summary: "A line runs and is billed, but is in neither file.",
  at: "line",
  params: z.strictObject({}),
  onLine: (line) => ({ ...line, file: "none", usable: false }),
});
