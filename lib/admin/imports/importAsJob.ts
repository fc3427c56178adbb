import type { Context } from "../../context.ts";
import type { CompanyToImport } from "../../import/companyToImport.ts";
import { importForCompany } from "../../import/importCsv.ts";
import { endBrokenOff } from "../../import/importRun.ts";
import type { CsvToRead } from "../../import/readAndWrite.ts";
import type { HeldJob } from "../../jobs/job.ts";

/** An import whose progress is the job's, and which ends when the job has to. */
export async function importAsJob(
  ctx: Context,
  job: HeldJob,
  input: CsvToRead,
  company: CompanyToImport,
): Promise<void> {
  const { importRunId: before } = job.outcome;
  const report = await importForCompany({ ...ctx, stopping: job.stopping }, company, {
    ...input,
    alongside: async (tx, importRunId) => {
      if (typeof before === "string") await endBrokenOff(ctx, tx, before);
      await job.progress(tx, { done: 0, outcome: { importRunId } });
    },
    onProgress: ({ rows }) => job.progress(ctx.db, { done: rows, outcome: { rows } }),
  });
  const { rows, imported, updated, unchanged, bad } = report;
  await job.progress(ctx.db, { done: rows, total: rows, outcome: { rows, imported, updated, unchanged, bad } });
}
