import { z } from "zod";
import { defineFault } from "./fault.ts";

export const lineMalformed = defineFault({
  kind: "line_malformed",
  summary: "A line is written that is not JSON: cut in the middle.",
  at: "line",
  params: z.strictObject({}),
  onLine: (line) => ({ ...line, usable: false, distort: (text) => text.slice(0, Math.floor(text.length / 2)) }),
});
