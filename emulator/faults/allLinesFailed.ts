import { z } from "zod";
import { defineFault } from "./fault.ts";
import { httpFailure } from "./lineError.ts";

export const allLinesFailed = defineFault({
  kind: "all_lines_failed",
  summary: "The batch completes with output_file_id null and every line in the error file.",
  at: "batch",
  params: z.strictObject({ status: z.coerce.number().int().min(400).max(599).default(400) }),
  onLine: (line, { status }) => (line.response === null ? line : httpFailure(line, status)),
});
