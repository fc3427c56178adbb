import { z } from "zod";
import { notFound } from "../../api/errors.ts";
import { id } from "../../api/fields.ts";
import { defineVerb } from "../../api/verb.ts";
import type { Sql } from "../../db/pool.ts";
import { WARNINGS, type WarningCode } from "../../import/warnings.ts";
import { badRow, readBadRows } from "./badRows.ts";
import { type ImportRow, importColumns, importRow, importWarning } from "./importRow.ts";

const FIRST_BAD_ROWS = 20;

export const readImport = defineVerb({
  name: "readImport",
  summary: `One import with its warnings and first ${FIRST_BAD_ROWS} bad rows. While it runs, its counts rise.`,
  method: "GET",
  path: "/api/admin/legacy/imports/{id}",
  permission: "imports.read",
  input: z.strictObject({ id }),
  example: { id: "import_id_1" },
  output: z.object({ import: importRow, warnings: z.array(importWarning), badRows: z.array(badRow) }),
  run: async (ctx, { id }) => {
    const { rows } = await ctx.db.query<ImportRow>(
      `SELECT ${importColumns("$2::timestamptz")}
         FROM "ImportRun" i JOIN "Company" c ON c."id" = i."companyId" WHERE i."id" = $1`,
      [id, ctx.clock.now()],
    );
    if (!rows[0]) throw notFound("import");
    const warnings = await readWarnings(ctx.db, id);
    return { import: rows[0], warnings, badRows: await readBadRows(ctx.db, id, { after: 0, limit: FIRST_BAD_ROWS }) };
  },
});

async function readWarnings(sql: Sql, importRunId: string): Promise<z.input<typeof importWarning>[]> {
  const { rows } = await sql.query<{ code: string; count: number; examples: string[] }>(
    `SELECT "code", "count", "examples" FROM "ImportWarning" WHERE "importRunId" = $1 ORDER BY "count" DESC, "code"`,
    [importRunId],
  );
  return rows.map((row) => ({ ...row, reason: isKnown(row.code) ? WARNINGS[row.code] : "" }));
}

/** A newer version may have written others. */
const isKnown = (code: string): code is WarningCode => Object.hasOwn(WARNINGS, code);
