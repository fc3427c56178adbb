import { z } from "zod";
import { notFound, RefusedError } from "../../api/errors.ts";
import { id } from "../../api/fields.ts";
import { audit, defineOperation } from "../../api/operation.ts";
import { inTransaction } from "../../db/pool.ts";
import { nullable, statement, text } from "../../db/statement.ts";
import { askForJob } from "../../jobs/askForJob.ts";
import { importOf } from "../imports/askForImports.ts";
import { acceptedJob, acceptJob } from "../jobs/acceptedJob.ts";

export const importNow = defineOperation({
  name: "importNow",
  summary:
    "Has the CSV of a company imported from its address, as a job. If that is asked for already and not finished, the answer is that job.",
  method: "POST",
  path: "/api/admin/companies/{id}/import-now",
  permission: "imports.write",
  confirmed: "not needed",
  input: z.strictObject({ id }),
  example: { id: "company_id_1" },
  status: 202,
  output: acceptedJob,
  run: (ctx, { id: companyId }) =>
    inTransaction(ctx.db, async (tx) => {
      const company = await READ_ADDRESS.first(tx, { companyId });
      if (!company) throw notFound("company");
      if (!company.url) {
        throw new RefusedError("conflict", "This company has no CSV address. Set one, or upload a CSV file.");
      }
      const job = await askForJob(ctx, tx, importOf(companyId, ctx.actor.name));
      const target = { type: "job", id: job.id };
      await audit(ctx, tx, { action: "imports.import_now", outcome: "done", target, companyId });
      return acceptJob(tx, job.id);
    }),
});

const READ_ADDRESS = statement({
  sql: `SELECT "csvUrl" AS "url" FROM "Company" WHERE "id" = $1`,
  params: { companyId: text },
  row: { url: nullable(text) },
});
