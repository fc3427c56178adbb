import { z } from "zod";
import { defineFault } from "./fault.ts";

export const errorFileUnwritten = defineFault({
  kind: "error_file_unwritten",
  summary: "A batch that has ended names an error file although no line failed, and that file never exists.",
  at: "batch",
  params: z.strictObject({}),
  onView: (view) => ({
    ...view,
    error_file_id: view.error_file_id ?? (view.output_file_id && `file-unwritten-${view.id}`),
  }),
});
