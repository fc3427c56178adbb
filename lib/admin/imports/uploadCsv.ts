import { z } from "zod";
import { RefusedError } from "../../api/errors.ts";
import { euros, flag, id, lineOfText } from "../../api/fields.ts";
import { defineVerb } from "../../api/verb.ts";
import { readCompanyToImport } from "../../import/companyToImport.ts";
import { importCsv } from "../../import/importCsv.ts";
import { REPORTED_BAD_ROWS } from "../../import/limits.ts";
import { timeZone } from "../companies/companyFields.ts";
import { arriving } from "./arriving.ts";
import { beginImport } from "./beginImport.ts";
import { dryRunImport } from "./dryRunImport.ts";
import { importRefusal } from "./importRefusal.ts";
import { importCounts, importWarning } from "./importRow.ts";

export const uploadCsv = defineVerb({
  name: "uploadCsv",
  summary:
    "Imports the CSV in the request body as it arrives, with the transcripts its rows name. The import shows its progress. `dryRun` counts what would be imported and estimates the cost of its analysis, and writes nothing.",
  method: "POST",
  path: "/api/admin/legacy/imports",
  permission: "imports.write",
  confirmed: "not needed",
  bodyType: "text/csv",
  input: z.strictObject({
    companyId: id,
    name: lineOfText(200).default("upload.csv").meta({ description: "The file's name, for the list of imports." }),
    dryRun: flag.default(false),
    timeZone: timeZone.optional().meta({ description: "The time zone of its times. Default: the company's." }),
  }),
  example: { companyId: "company_id_1", name: "november.csv", timeZone: "Europe/Amsterdam" },
  output: z.object({
    importRunId: z.string().nullable().meta({ description: "Null for a dry run, which stores nothing." }),
    ...importCounts,
    format: z.string(),
    warnings: z.array(importWarning),
    badRows: z
      .array(z.object({ line: z.number().int(), code: z.string(), reason: z.string() }))
      .meta({ description: `The first ${REPORTED_BAD_ROWS}.` }),
    estimatedCostEur: euros.nullable().optional().meta({
      description: "Only for a dry run: the estimated cost of analysing its sessions. Null if the model has no price.",
    }),
  }),
  run: async (ctx, { companyId, name, timeZone, dryRun }, body) => {
    if (!body) throw new RefusedError("invalid_input", "The request body is empty. Send the CSV as the body.");
    const source = { kind: "stream", name, stream: arriving(body, ctx.clock) } as const;
    const input = { source, timeZone, fetchTranscripts: true };
    try {
      if (dryRun) {
        const company = await readCompanyToImport(ctx, companyId);
        return { importRunId: null, ...(await dryRunImport(ctx, company, input)) };
      }
      return await importCsv(ctx, { ...input, companyId, alongside: beginImport(ctx, "imports.upload", companyId) });
    } catch (error) {
      throw importRefusal(error);
    }
  },
});
