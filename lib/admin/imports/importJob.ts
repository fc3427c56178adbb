import { z } from "zod";
import { LiveDashError } from "../../errors.ts";
import { readCompanyToImport } from "../../import/companyToImport.ts";
import { defineKind } from "../../jobs/job.ts";
import { importAsJob } from "./importAsJob.ts";

const importInput = z.strictObject({ companyId: z.string() });

/** Imports the CSV of a company from its address. Each attempt is a run of its own: what was there already is recognised. */
export const importJob = defineKind({
  name: "import",
  input: importInput,
  atOnce: 4,
  run: async (ctx, job) => {
    const company = await readCompanyToImport(ctx, job.input.companyId);
    if (!company.access) throw new LiveDashError("no_csv_address", "This company has no CSV address any more.");
    await importAsJob(ctx, job, { source: { kind: "url", ...company.access } }, company);
  },
});
