import { z } from "zod";
import { notFound } from "../../api/errors.ts";
import { id } from "../../api/fields.ts";
import { defineVerb } from "../../api/verb.ts";
import { badRow, readBadRows } from "./badRows.ts";
import { type ImportRow, importColumns, importRow } from "./importRow.ts";

const FIRST_BAD_ROWS = 20;

export const readImport = defineVerb({
  name: "readImport",
  summary: `One import with its first ${FIRST_BAD_ROWS} bad rows. While it runs, its counts rise.`,
  method: "GET",
  path: "/api/admin/legacy/imports/{id}",
  permission: "imports.read",
  input: z.strictObject({ id }),
  example: { id: "import_id_1" },
  output: z.object({ import: importRow, badRows: z.array(badRow) }),
  run: async (ctx, { id }) => {
    const { rows } = await ctx.db.query<ImportRow>(
      `SELECT ${importColumns("$2::timestamptz")}
         FROM "ImportRun" i JOIN "Company" c ON c."id" = i."companyId" WHERE i."id" = $1`,
      [id, ctx.clock.now()],
    );
    if (!rows[0]) throw notFound("import");
    return { import: rows[0], badRows: await readBadRows(ctx.db, id, { after: 0, limit: FIRST_BAD_ROWS }) };
  },
});
