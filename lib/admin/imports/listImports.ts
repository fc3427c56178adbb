import { z } from "zod";
import { decodeCursor, encodeCursor } from "../../api/cursor.ts";
import { cursor, flag, id, moment, nextCursor, pageSize } from "../../api/fields.ts";
import { defineOperation } from "../../api/operation.ts";
import { readWithin } from "../../api/timeLimit.ts";
import { Parameters } from "../../db/parameters.ts";
import { IMPORT_STATES, type ImportRow, importRow, isInState, selectImport } from "./importRow.ts";

const TIME_LIMIT_MS = 5_000;
const position = z.tuple([moment, id]);

export const listImports = defineOperation({
  name: "listImports",
  summary: "Lists CSV imports and the outcome of their rows, newest first.",
  method: "GET",
  path: "/api/admin/legacy/imports",
  permission: "imports.read",
  input: z.strictObject({
    companyId: id.optional(),
    state: z.enum(IMPORT_STATES).optional(),
    withBadRows: flag
      .optional()
      .meta({ description: "true: only imports with bad rows. false: only imports without." }),
    olderThan: moment.optional().meta({ description: "Started before this time." }),
    newerThan: moment.optional().meta({ description: "Started at or after this time." }),
    limit: pageSize,
    cursor,
  }),
  example: { state: "finished", withBadRows: true, limit: 50 },
  output: z.object({ imports: z.array(importRow), nextCursor }),
  run: async (ctx, { limit, cursor, ...filter }) => {
    const query = { list: "imports", ...filter };
    const after = cursor ? decodeCursor(query, cursor, position) : undefined;
    const p = new Parameters();
    const now = `${p.add(ctx.clock.now())}::timestamptz`;
    const conditions = [
      filter.companyId && `i."companyId" = ${p.add(filter.companyId)}`,
      filter.state && isInState[filter.state](now),
      filter.withBadRows !== undefined && `i."bad" ${filter.withBadRows ? ">" : "="} 0`,
      filter.olderThan && `i."startedAt" < ${p.add(filter.olderThan)}`,
      filter.newerThan && `i."startedAt" >= ${p.add(filter.newerThan)}`,
      after && `(i."startedAt", i."id") < (${p.add(after[0])}::timestamptz, ${p.add(after[1])})`,
    ].filter((condition) => typeof condition === "string");
    const sql = `SELECT ${selectImport(now)} FROM "ImportRun" i JOIN "Company" c ON c."id" = i."companyId"
      WHERE ${["true", ...conditions].join(" AND ")} ORDER BY i."startedAt" DESC, i."id" DESC LIMIT ${p.add(limit + 1)}`;
    const { rows } = await readWithin(ctx, TIME_LIMIT_MS, (tx) => tx.query<ImportRow>(sql, p.values));
    const imports = rows.slice(0, limit);
    const last = rows.length > limit ? imports.at(-1) : undefined;
    return { imports, nextCursor: last ? encodeCursor(query, [last.startedAt.toISOString(), last.id]) : null };
  },
});
