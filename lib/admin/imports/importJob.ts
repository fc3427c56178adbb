import { z } from "zod";
import type { Context } from "../../context.ts";
import { nullable, statement, text } from "../../db/statement.ts";
import { LiveDashError } from "../../errors.ts";
import { importCsv } from "../../import/importCsv.ts";
import { endBrokenOff } from "../../import/importRun.ts";
import type { CsvToRead } from "../../import/readAndWrite.ts";
import { defineKind, type HeldJob } from "../../jobs/job.ts";

const importInput = z.strictObject({ companyId: z.string() });

/** Imports the CSV of a company from its address. Each attempt is a run of its own: what was there already is recognised. */
export const importJob = defineKind({
  name: "import",
  input: importInput,
  atOnce: 4,
  run: async (ctx, job) => {
    const { companyId } = job.input;
    const access = await READ_ACCESS.first(ctx.db, { companyId });
    if (!access?.url) throw new LiveDashError("no_csv_address", "This company has no CSV address any more.");
    await importAsJob(ctx, job, { source: { ...access, kind: "url", url: access.url } }, companyId);
  },
});

/** An import whose progress is the job's, and which ends when the job has to. */
async function importAsJob(ctx: Context, job: HeldJob, input: CsvToRead, companyId: string): Promise<void> {
  const { importRunId: before } = job.outcome;
  const report = await importCsv(
    { ...ctx, stopping: job.stopping },
    {
      ...input,
      companyId,
      alongside: async (tx, importRunId) => {
        if (typeof before === "string") await endBrokenOff(ctx, tx, before);
        await job.progress(tx, { done: 0, outcome: { importRunId } });
      },
      onProgress: ({ rows }) => job.progress(ctx.db, { done: rows, outcome: { rows } }),
    },
  );
  const { rows, imported, updated, unchanged, bad } = report;
  await job.progress(ctx.db, { done: rows, total: rows, outcome: { rows, imported, updated, unchanged, bad } });
}

const READ_ACCESS = statement({
  sql: `SELECT "csvUrl" AS "url", "csvUsername" AS "username", "csvPassword" AS "password" FROM "Company" WHERE "id" = $1`,
  params: { companyId: text },
  row: { url: nullable(text), username: nullable(text), password: nullable(text) },
});
