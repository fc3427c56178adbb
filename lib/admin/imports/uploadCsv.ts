import { z } from "zod";
import { RefusedError } from "../../api/errors.ts";
import { id, lineOfText } from "../../api/fields.ts";
import { defineVerb } from "../../api/verb.ts";
import { LiveDashError } from "../../errors.ts";
import { importCsv } from "../../import/importCsv.ts";
import { timeZone } from "../companies/companyFields.ts";
import { beginImport } from "./beginImport.ts";
import { importRefusal } from "./importRefusal.ts";
import { importCounts, importWarning } from "./importRow.ts";

export const uploadCsv = defineVerb({
  name: "uploadCsv",
  summary:
    "Imports the CSV in the request body as it arrives, with the transcripts its rows name. The import shows its progress.",
  method: "POST",
  path: "/api/admin/legacy/imports",
  permission: "imports.write",
  bodyType: "text/csv",
  input: z.strictObject({
    companyId: id,
    name: lineOfText(200).default("upload.csv").meta({ description: "The file's name, for the list of imports." }),
    timeZone: timeZone.optional().meta({ description: "The time zone of its times. Default: the company's." }),
  }),
  example: { companyId: "company_id_1", name: "november.csv", timeZone: "Europe/Amsterdam" },
  output: z.object({ importRunId: z.string(), ...importCounts, warnings: z.array(importWarning) }),
  run: async (ctx, { companyId, name, timeZone }, body) => {
    if (!body) throw new RefusedError("invalid_input", "The request body is empty. Send the CSV as the body.");
    try {
      return await importCsv(ctx, {
        companyId,
        timeZone,
        source: { kind: "stream", name, stream: arriving(body) },
        fetchTranscripts: true,
        alongside: beginImport(ctx, "imports.upload", companyId),
      });
    } catch (error) {
      throw importRefusal(error);
    }
  },
});

async function* arriving(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (cause) {
    throw new LiveDashError("upload_broken_off", "The upload was interrupted. Send the file again.", { cause });
  }
}
