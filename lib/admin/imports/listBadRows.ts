import { z } from "zod";
import { decodeCursor, encodeCursor } from "../../api/cursor.ts";
import { cursor, flag, id, nextCursor, pageSize } from "../../api/fields.ts";
import { audit, authorise, defineOperation } from "../../api/operation.ts";
import { BAD_ROW_CODES } from "../../import/row.ts";
import { badRow, READ_BAD_ROWS, readCompanyOfImport } from "./badRows.ts";

const position = z.tuple([z.number().int().min(0).max(2_147_483_647)]);

export const listBadRows = defineOperation({
  name: "listBadRows",
  summary:
    "The rows an import left out and why, in file order. `reveal` also shows their texts. A row that a later import from the same source contains again is counted, and listed with that import.",
  method: "GET",
  path: "/api/admin/legacy/imports/{id}/bad-rows",
  permission: "imports.read",
  input: z.strictObject({
    id,
    code: z.enum(BAD_ROW_CODES).optional(),
    reveal: flag.default(false).meta({ description: "Needs imports.reveal, and is recorded in the audit." }),
    limit: pageSize,
    cursor,
  }),
  example: { id: "import_id_1", code: "bad_date", limit: 50 },
  output: z.object({
    badRows: z.array(
      badRow.extend({
        raw: z.string().nullable().meta({ description: "As it was in the file. Null unless revealed." }),
      }),
    ),
    nextCursor,
  }),
  run: async (ctx, { id, code, reveal, limit, cursor }) => {
    if (reveal) await authorise(ctx, "imports.reveal", "imports.reveal");
    const query = { list: "bad-rows", id, code };
    const [after] = cursor ? decodeCursor(query, cursor, position) : [0];
    const companyId = await readCompanyOfImport(ctx.db, id);
    const rows = await READ_BAD_ROWS.rows(ctx.db, { importRunId: id, after, code: code ?? null, limit: limit + 1 });
    const page = rows.slice(0, limit);
    if (reveal) {
      const details = { badRows: page.length };
      const target = { type: "import", id };
      await audit(ctx, ctx.db, { action: "imports.reveal", outcome: "done", target, companyId, details });
    }
    const badRows = page.map(({ bytes: _, ...row }) => ({ ...row, raw: reveal ? row.raw : null }));
    const last = rows.length > limit ? page.at(-1) : undefined;
    return { badRows, nextCursor: last ? encodeCursor(query, [last.line]) : null };
  },
});
