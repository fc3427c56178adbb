import { z } from "zod";
import { defineFault } from "./fault.ts";

export const lineUnknown = defineFault({
  kind: "line_unknown",
  summary: "A line is written under a custom_id that was not in the input.",
  at: "line",
  params: z.strictObject({ custom_id: z.string().default("never-asked-for") }),
  onLine: (line, { custom_id }) => ({ ...line, customId: custom_id, usable: false }),
});
