import { z } from "zod";
import { defineFault } from "./fault.ts";

export const lineDoubled = defineFault({
  kind: "line_doubled",
  summary: "A line appears more than once in its file.",
  at: "line",
  params: z.strictObject({ copies: z.coerce.number().int().min(2).max(10).default(2) }),
  onLine: (line, { copies }) => ({ ...line, copies }),
});
