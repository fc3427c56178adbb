import { z } from "zod";
import { defineFault } from "./fault.ts";

export const staleListing = defineFault({
  kind: "stale_listing",
  summary: "GET /v1/batches shows the batch as in progress for ever, whatever becomes of it.",
  at: "batch",
  params: z.strictObject({}),
  onListed: (view) => ({
    ...view,
    status: "in_progress",
    output_file_id: null,
    error_file_id: null,
    completed_at: null,
    request_counts: { ...view.request_counts, completed: 0, failed: 0 },
  }),
});
