import { z } from "zod";
import { defineFault } from "./fault.ts";

export const countsLie = defineFault({
  kind: "counts_lie",
  summary: "The request_counts of a batch that has ended say that every line completed, whatever the files contain.",
  at: "batch",
  params: z.strictObject({}),
  onView: (view) => {
    const { total } = view.request_counts;
    return view.completed_at === null ? view : { ...view, request_counts: { total, completed: total, failed: 0 } };
  },
});
