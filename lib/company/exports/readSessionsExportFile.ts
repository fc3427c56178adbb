import { z } from "zod";
import { findDoneExport, openFile } from "../../admin/export/ownExport.ts";
import { id } from "../../api/fields.ts";
import { audit, defineOperation } from "../../api/operation.ts";
import { companyIdOf } from "../asTenant.ts";
import { sessionsExportJob } from "./sessionsExportJob.ts";

export const readSessionsExportFile = defineOperation({
  name: "readSessionsExportFile",
  summary: "The CSV file of an export in the background that is done, for whoever asked for it.",
  method: "GET",
  path: "/api/company/sessions/exports/{id}/file",
  permission: "company.sessions.export",
  input: z.strictObject({ id }),
  example: { id: "job_id_4" },
  output: undefined,
  run: async (ctx, { id }) => {
    const companyId = companyIdOf(ctx);
    const input = await findDoneExport(ctx, { kind: sessionsExportJob, id, companyId });
    const file = await openFile(ctx, input, `sessions-${id}.csv`);
    const target = { type: "job", id };
    await audit(ctx, ctx.db, { action: "company.sessions.export", outcome: "done", target, companyId });
    return file;
  },
});
