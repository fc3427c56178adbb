import { z } from "zod";
import { decodeCursor, encodeCursor } from "../../api/cursor.ts";
import { cursor, flag, lineOfText, nextCursor, pageSize } from "../../api/fields.ts";
import { defineOperation } from "../../api/operation.ts";
import { bigint, bool, nullable, statement, text } from "../../db/statement.ts";
import { MODEL_COLUMNS, modelColumns, modelRow, withPrices } from "./modelRow.ts";

const position = z.tuple([lineOfText(200)]);

export const listModels = defineOperation({
  name: "listModels",
  summary: "Lists models by name, with their current, past and future prices.",
  method: "GET",
  path: "/api/admin/models",
  permission: "models.read",
  input: z.strictObject({ isActive: flag.optional(), limit: pageSize, cursor }),
  example: { isActive: true, limit: 50 },
  output: z.object({ models: z.array(modelRow), nextCursor }),
  run: async (ctx, { isActive, limit, cursor }) => {
    const query = { list: "models", isActive };
    const [after] = cursor ? decodeCursor(query, cursor, position) : [""];
    const rows = await LIST.rows(ctx.db, { after, isActive: isActive ?? null, limit: limit + 1 });
    const models = await withPrices(ctx.db, rows.slice(0, limit), ctx.clock.now());
    const last = rows.length > limit ? models.at(-1) : undefined;
    return { models, nextCursor: last ? encodeCursor(query, [last.name]) : null };
  },
});

const LIST = statement({
  sql: `SELECT ${MODEL_COLUMNS} FROM "AIModel" m
         WHERE m."name" > $1 AND ($2::boolean IS NULL OR m."isActive" = $2) ORDER BY m."name" LIMIT $3`,
  params: { after: text, isActive: nullable(bool), limit: bigint },
  row: modelColumns,
});
