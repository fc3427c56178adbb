import { z } from "zod";
import { abortOwnExport } from "../../admin/export/ownExport.ts";
import { id } from "../../api/fields.ts";
import { defineOperation } from "../../api/operation.ts";
import { companyIdOf } from "../asTenant.ts";
import { ownExportShape, readOwnExport } from "./ownExports.ts";
import { sessionsExportJob } from "./sessionsExportJob.ts";

export const abortSessionsExport = defineOperation({
  name: "abortSessionsExport",
  summary: "Aborts an export in the background, for whoever asked for it. Nothing of its file stays.",
  method: "POST",
  path: "/api/company/sessions/exports/{id}/abort",
  permission: "company.sessions.export",
  confirmed: "not needed",
  input: z.strictObject({ id }),
  example: { id: "job_id_4" },
  output: z.object({ export: ownExportShape }),
  run: async (ctx, { id }) => {
    await abortOwnExport(ctx, { kind: sessionsExportJob, id, companyId: companyIdOf(ctx) });
    return { export: await readOwnExport(ctx, ctx.db, id) };
  },
});
