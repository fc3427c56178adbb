import { z } from "zod";
import { defineFault } from "./fault.ts";

export const emptyFileIds = defineFault({
  kind: "empty_file_ids",
  summary: 'File ids that are not set are "" instead of null.',
  at: "batch",
  params: z.strictObject({}),
  onView: (view) => ({
    ...view,
    output_file_id: view.output_file_id ?? "",
    error_file_id: view.error_file_id ?? "",
  }),
});
