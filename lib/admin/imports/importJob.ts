import { z } from "zod";
import { nullable, statement, text } from "../../db/statement.ts";
import { LiveDashError } from "../../errors.ts";
import { defineKind } from "../../jobs/job.ts";
import { importAsJob } from "./importAsJob.ts";

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

const READ_ACCESS = statement({
  sql: `SELECT "csvUrl" AS "url", "csvUsername" AS "username", "csvPassword" AS "password" FROM "Company" WHERE "id" = $1`,
  params: { companyId: text },
  row: { url: nullable(text), username: nullable(text), password: nullable(text) },
});
