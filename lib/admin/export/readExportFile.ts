import { z } from "zod";
import { RefusedError } from "../../api/errors.ts";
import { id } from "../../api/fields.ts";
import { authorise, defineOperation } from "../../api/operation.ts";
import { streamOf } from "../../api/streamOf.ts";
import { isFileThere, readFile } from "../../files/storedFiles.ts";
import { permissionOfList } from "./lists.ts";
import { findOwnExport } from "./ownExport.ts";

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
    const { list, fileId } = await findOwnExport(ctx, id, ({ state }) => {
      if (state !== "done") throw new RefusedError("conflict", `This export has no file: it is ${state}.`);
    });
    await authorise(ctx, permissionOfList(list), "lists.export");
    if (!(await isFileThere(ctx.db, fileId))) {
      throw new RefusedError("conflict", "The file has been removed: it is kept for a day. Export the list again.");
    }
    const content = streamOf(readFile(ctx.db, fileId));
    return { type: "text/csv; charset=utf-8", fileName: `${list}-${id}.csv`, content };
  },
});
