import { z } from "zod";
import { cannotFindFile } from "../batches/validationErrors.ts";
import { durationSchema } from "../durations.ts";
import { defineFault } from "./fault.ts";

export const fileNotSeen = defineFault({
  kind: "file_not_seen",
  summary: "Validation cannot find a file that was just uploaded; later it finds the same file.",
  at: "batch",
  params: z.strictObject({ ms: durationSchema.default(2_000) }),
  onValidate: (file, { batch, now }, { ms }) =>
    file && now < file.createdAt + ms ? [cannotFindFile(batch.inputFileId)] : [],
});
