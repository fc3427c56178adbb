import { z } from "zod";
import { defineFault } from "./fault.ts";

export const emptyErrorLines = defineFault({
  kind: "empty_error_lines",
  summary: "A line is in the error file with status_code 0 and an empty body, and counts as completed.",
  at: "line",
  params: z.strictObject({}),
  onLine: (line) => ({
    ...line,
    response: { status_code: 0, request_id: "", body: {} },
    error: null,
    file: "error",
    counted: "completed",
    usage: null,
    usable: false,
  }),
});
