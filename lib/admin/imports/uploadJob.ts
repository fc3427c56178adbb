import { z } from "zod";
import { RefusedError } from "../../api/errors.ts";
import { isFileThere, removeFile } from "../../files/storedFiles.ts";
import { readCompanyToImport } from "../../import/companyToImport.ts";
import { defineKind } from "../../jobs/job.ts";
import { importAsJob } from "./importAsJob.ts";
import { readUpload } from "./storeUpload.ts";

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
  run: async (ctx, job) => {
    const { uploadId, companyId, name, timeZone } = job.input;
    const source = { kind: "stream", name, stream: readUpload(ctx, uploadId) } as const;
    const company = await readCompanyToImport(ctx, companyId);
    await importAsJob(ctx, job, { source, timeZone, fetchTranscripts: true }, company);
  },
  ended: async (_, tx, { input }, end) => {
    if (end.state === "DONE") await removeFile(tx, input.uploadId);
  },
  retried: async (_, tx, { input }) => {
    if (await isFileThere(tx, input.uploadId)) return;
    throw new RefusedError("conflict", "The file has been removed: it is kept for a day. Send it again.");
  },
});
