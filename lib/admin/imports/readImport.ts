import { z } from "zod";
import { notFound } from "../../api/errors.ts";
import { id } from "../../api/fields.ts";
import { defineOperation } from "../../api/operation.ts";
import { arrayOf, int, known, statement, text, timestamp } from "../../db/statement.ts";
import { WARNINGS, type WarningCode } from "../../import/warnings.ts";
import { badRow, READ_BAD_ROWS } from "./badRows.ts";
import { importColumns, importRow, importWarning, selectImport } from "./importRow.ts";

const FIRST_BAD_ROWS = 20;

export const readImport = defineOperation({
  name: "readImport",
  summary: `One import with its warnings and first ${FIRST_BAD_ROWS} bad rows. While it runs, its counts rise.`,
  method: "GET",
  path: "/api/admin/legacy/imports/{id}",
  permission: "imports.read",
  input: z.strictObject({ id }),
  example: { id: "import_id_1" },
  output: z.object({ import: importRow, warnings: z.array(importWarning), badRows: z.array(badRow) }),
  run: async (ctx, { id }) => {
    const found = await READ.first(ctx.db, { id, now: ctx.clock.now() });
    if (!found) throw notFound("import");
    const warnings = await READ_WARNINGS.rows(ctx.db, { id });
    const badRows = await READ_BAD_ROWS.rows(ctx.db, { importRunId: id, after: 0, code: null, limit: FIRST_BAD_ROWS });
    return { import: found, warnings: warnings.map((row) => ({ ...row, reason: reasonOf(row.code) })), badRows };
  },
});

/** A newer version may have written others. */
const isKnown = (code: string): code is WarningCode => Object.hasOwn(WARNINGS, code);
const reasonOf = (code: string) => (isKnown(code) ? WARNINGS[code] : "");

const READ = statement({
  sql: `SELECT ${selectImport("$2::timestamptz")}
          FROM "ImportRun" i JOIN "Company" c ON c."id" = i."companyId" WHERE i."id" = $1`,
  params: { id: text, now: timestamp },
  row: importColumns,
});

const READ_WARNINGS = statement({
  sql: `SELECT "code", "count", "examples" FROM "ImportWarning" WHERE "importRunId" = $1 ORDER BY "count" DESC, "code"`,
  params: { id: text },
  row: { code: text, count: int, examples: known(arrayOf(text)) },
});
