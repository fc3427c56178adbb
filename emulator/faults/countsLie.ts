import { z } from "zod";
import { defineFault } from "./fault.ts";

export const countsLie = defineFault({
  kind: "counts_lie",
  summary: "request_counts of a batch that is over says that every line completed, whatever the files hold.",
  at: "batch",
  params: z.strictObject({}),
  onView: (view) => {
    const { total } = view.request_counts;
    return view.completed_at === null ? view : { ...view, request_counts: { total, completed: total, failed: 0 } };
  },
});
