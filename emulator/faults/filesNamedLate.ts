import { z } from "zod";
import { durationSchema } from "../durations.ts";
import { defineFault } from "./fault.ts";

export const filesNamedLate = defineFault({
  kind: "files_named_late",
  summary: "For a while after its end (not a failure) the batch names no files, though its counts say that lines ran.",
  at: "batch",
  params: z.strictObject({ ms: durationSchema.default(2_000) }),
  onView: (view, { completedAt, expiredAt, cancelledAt }, now, { ms }) => {
    const endedAt = completedAt ?? expiredAt ?? cancelledAt;
    if (endedAt === null || now >= endedAt + ms) return view;
    return { ...view, output_file_id: null, error_file_id: null };
  },
});
