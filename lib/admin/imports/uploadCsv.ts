import { z } from "zod";
import { RefusedError } from "../../api/errors.ts";
import { audit, type CallContext, defineOperation } from "../../api/operation.ts";
import { inTransaction } from "../../db/pool.ts";
import { int, known, statement } from "../../db/statement.ts";
import { removeFile } from "../../files/storedFiles.ts";
import { readCompanyToImport } from "../../import/companyToImport.ts";
import { askForJob } from "../../jobs/askForJob.ts";
import { UNFINISHED } from "../../jobs/job.ts";
import { acceptedJob, acceptJob } from "../jobs/acceptedJob.ts";
import { arriving } from "./arriving.ts";
import { csvToUpload } from "./csvToUpload.ts";
import { importRefusal } from "./importRefusal.ts";
import { storeUpload } from "./storeUpload.ts";
import { uploadJob } from "./uploadJob.ts";

/** Each has a file in the database: this, times CSV_MAX_BYTES, is the room that they may take. */
const MOST_WAITING = 20;
const RETRY_AFTER_SECONDS = 30;

export const uploadCsv = defineOperation({
  name: "uploadCsv",
  summary:
    "Takes the CSV in the request body, and has it imported as a job, with the transcripts that its rows name. The file is removed when that is done, or after a day.",
  method: "POST",
  path: "/api/admin/legacy/imports",
  permission: "imports.write",
  confirmed: "not needed",
  bodyType: "text/csv",
  input: z.strictObject(csvToUpload),
  example: { companyId: "company_id_1", name: "november.csv", timeZone: "Europe/Amsterdam" },
  status: 202,
  output: acceptedJob,
  run: async (ctx, { companyId, name, timeZone }, body) => {
    if (!body) throw new RefusedError("invalid_input", "The request body is empty. Send the CSV as the body.");
    const uploadId = ctx.newId();
    try {
      await readCompanyToImport(ctx, companyId);
      await assertRoom(ctx);
      await storeUpload(ctx, { id: uploadId, companyId }, name, arriving(body, ctx.clock));
    } catch (error) {
      throw importRefusal(error);
    }
    const input = { uploadId, companyId, name, ...(timeZone === undefined ? {} : { timeZone }) };
    return ask(ctx, input).catch(async (error) => {
      await removeFile(ctx.db, uploadId);
      throw error;
    });
  },
});

function ask(ctx: CallContext, input: z.output<typeof uploadJob.input>) {
  const { uploadId, companyId } = input;
  return inTransaction(ctx.db, async (tx) => {
    const target = { type: "upload", id: uploadId };
    const { id } = await askForJob(ctx, tx, {
      kind: uploadJob.name,
      input,
      target,
      companyId,
      askedBy: ctx.actor.name,
    });
    await audit(ctx, tx, { action: "imports.upload", outcome: "done", target: { type: "job", id }, companyId });
    return acceptJob(tx, id);
  });
}

async function assertRoom(ctx: CallContext): Promise<void> {
  const { waiting } = await COUNT_WAITING.one(ctx.db, {});
  if (waiting < MOST_WAITING) return;
  const sentence = `${MOST_WAITING} uploads are waiting to be imported, which is the limit. Try again when one has finished.`;
  throw new RefusedError("too_many_calls", sentence, { retryAfter: RETRY_AFTER_SECONDS });
}

/** Those that are still arriving, too: each has its first piece there, and no job. */
const COUNT_WAITING = statement({
  sql: `SELECT count(*)::int AS "waiting" FROM "FilePart" p
          LEFT JOIN "Job" j ON j."targetType" = 'upload' AND j."targetId" = p."fileId"
         WHERE p."index" = 0 AND (j."id" IS NULL OR j."state" IN ${UNFINISHED})`,
  row: { waiting: known(int) },
});
