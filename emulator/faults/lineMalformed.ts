import { z } from "zod";
import type { BatchLine } from "../batches/batchLine.ts";
import { defineFault } from "./fault.ts";

export const lineMalformed = defineFault({
  kind: "line_malformed",
  summary: "A line is not valid JSON: it is cut off in the middle.",
  at: "line",
  params: z.strictObject({}),
  onLine: (line) => ({ ...line, usable: false, distort: cutInHalf(line) }),
});

/** Blanks that another fault has put behind it are no part of the line: half of what remains is no JSON. */
function cutInHalf({ distort }: BatchLine): (text: string) => string {
  return (text) => {
    const line = (distort?.(text) ?? text).trimEnd();
    return line.slice(0, Math.floor(line.length / 2));
  };
}
