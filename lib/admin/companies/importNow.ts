import { z } from "zod";
import { notFound, RefusedError } from "../../api/errors.ts";
import { id } from "../../api/fields.ts";
import { defineVerb } from "../../api/verb.ts";
import { nullable, statement, text } from "../../db/statement.ts";
import { importCsv } from "../../import/importCsv.ts";
import { beginImport } from "../imports/beginImport.ts";
import { importRefusal } from "../imports/importRefusal.ts";
import { importCounts, importWarning } from "../imports/importRow.ts";

export const importNow = defineVerb({
  name: "importNow",
  summary: "Imports the CSV from a company's csvUrl now, and answers when it has finished.",
  method: "POST",
  path: "/api/admin/companies/{id}/import-now",
  permission: "imports.write",
  confirmed: "not needed",
  input: z.strictObject({ id }),
  example: { id: "company_id_1" },
  output: z.object({ importRunId: z.string(), ...importCounts, warnings: z.array(importWarning) }),
  run: async (ctx, { id: companyId }) => {
    const access = await READ_ACCESS.first(ctx.db, { companyId });
    if (!access) throw notFound("company");
    if (!access.url)
      throw new RefusedError("conflict", "This company has no CSV address. Set one, or upload a CSV file.");
    try {
      return await importCsv(ctx, {
        companyId,
        source: { ...access, kind: "url", url: access.url },
        alongside: beginImport(ctx, "imports.import_now", companyId),
      });
    } catch (error) {
      throw importRefusal(error);
    }
  },
});

const READ_ACCESS = statement({
  sql: `SELECT "csvUrl" AS "url", "csvUsername" AS "username", "csvPassword" AS "password" FROM "Company" WHERE "id" = $1`,
  params: { companyId: text },
  row: { url: nullable(text), username: nullable(text), password: nullable(text) },
});
