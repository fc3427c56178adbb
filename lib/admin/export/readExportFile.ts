import { z } from "zod";
import { id } from "../../api/fields.ts";
import { authorise, defineOperation } from "../../api/operation.ts";
import { exportJob } from "./exportJob.ts";
import { permissionOfList } from "./lists.ts";
import { findDoneExport, openFile } from "./ownExport.ts";

export const readExportFile = defineOperation({
  name: "readExportFile",
  summary: "The CSV file of an export that is done, for whoever asked for it.",
  method: "GET",
  path: "/api/admin/exports/{id}/file",
  permission: "lists.export",
  input: z.strictObject({ id }),
  example: { id: "job_id_3" },
  output: undefined,
  run: async (ctx, { id }) => {
    const input = await findDoneExport(ctx, { kind: exportJob, id });
    await authorise(ctx, permissionOfList(input.list), "lists.export");
    return openFile(ctx, input, `${input.list}-${id}.csv`);
  },
});
