import { z } from "zod";
import { RefusedError } from "../../api/errors.ts";
import { euros } from "../../api/fields.ts";
import { defineOperation } from "../../api/operation.ts";
import { readCompanyToImport } from "../../import/companyToImport.ts";
import { REPORTED_BAD_ROWS } from "../../import/limits.ts";
import { arriving } from "./arriving.ts";
import { csvToUpload } from "./csvToUpload.ts";
import { dryRunImport } from "./dryRunImport.ts";
import { importRefusal } from "./importRefusal.ts";
import { importCounts, importWarning } from "./importRow.ts";

export const dryRunCsv = defineOperation({
  name: "dryRunCsv",
  summary:
    "Counts what importing the CSV in the request body would bring, and estimates the cost of its analysis. Nothing is written.",
  method: "POST",
  path: "/api/admin/legacy/imports/dry-run",
  permission: "imports.write",
  confirmed: "not needed",
  bodyType: "text/csv",
  input: z.strictObject(csvToUpload),
  example: { companyId: "company_id_1", name: "november.csv", timeZone: "Europe/Amsterdam" },
  output: z.object({
    ...importCounts,
    format: z.string(),
    warnings: z.array(importWarning),
    badRows: z
      .array(z.object({ line: z.number().int(), code: z.string(), reason: z.string() }))
      .meta({ description: `The first ${REPORTED_BAD_ROWS}.` }),
    estimatedCostEur: euros.nullable().meta({
      description: "The estimated cost of analysing its sessions. Null if the model has no price.",
    }),
  }),
  run: async (ctx, { companyId, name, timeZone }, body) => {
    if (!body) throw new RefusedError("invalid_input", "The request body is empty. Send the CSV as the body.");
    const source = { kind: "stream", name, stream: arriving(body, ctx.clock) } as const;
    try {
      const company = await readCompanyToImport(ctx, companyId);
      return await dryRunImport(ctx, company, { source, timeZone, fetchTranscripts: true });
    } catch (error) {
      throw importRefusal(error);
    }
  },
});
