import { z } from "zod";
import { RefusedError } from "../../api/errors.ts";
import { defineKind } from "../../jobs/job.ts";
import { importAsJob } from "./importAsJob.ts";
import { isUploadThere, readUpload, removeUpload } from "./uploadParts.ts";

const uploadInput = z.strictObject({
  uploadId: z.string(),
  companyId: z.string(),
  name: z.string(),
  timeZone: z.string().optional(),
});

/** Imports an uploaded file. It is kept for a day if that fails, for another try. */
export const uploadJob = defineKind({
  name: "upload",
  input: uploadInput,
  atOnce: 2,
  run: (ctx, job) => {
    const { uploadId, companyId, name, timeZone } = job.input;
    const source = { kind: "stream", name, stream: readUpload(ctx.db, uploadId) } as const;
    return importAsJob(ctx, job, { source, timeZone, fetchTranscripts: true }, companyId);
  },
  ended: async (_, tx, { input }, end) => {
    if (end.state === "DONE") await removeUpload(tx, input.uploadId);
  },
  retried: async (_, tx, { input }) => {
    if (await isUploadThere(tx, input.uploadId)) return;
    throw new RefusedError("conflict", "The file has been removed: it is kept for a day. Send it again.");
  },
});
