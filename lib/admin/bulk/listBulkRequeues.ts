import { z } from "zod";
import { decodeCursor, encodeCursor } from "../../api/cursor.ts";
import { cursor, id, nextCursor, pageSize } from "../../api/fields.ts";
import { defineOperation } from "../../api/operation.ts";
import { bigint, nullable, statement, text, timestamp } from "../../db/statement.ts";
import { BULK_COLUMNS, bulkColumns, bulkRequeue } from "./bulkRequeue.ts";

const QUERY = { list: "bulk" };
const position = z.tuple([z.iso.datetime(), id]);

export const listBulkRequeues = defineOperation({
  name: "listBulkRequeues",
  summary: "Lists bulk requeues, newest first.",
  method: "GET",
  path: "/api/admin/bulk",
  permission: "requests.read",
  input: z.strictObject({ limit: pageSize, cursor }),
  example: { limit: 50 },
  output: z.object({ bulks: z.array(bulkRequeue), nextCursor }),
  run: async (ctx, { limit, cursor }) => {
    const [at, id] = cursor === undefined ? [null, null] : decodeCursor(QUERY, cursor, position);
    const rows = await LIST.rows(ctx.db, { at: at === null ? null : new Date(at), id, limit: limit + 1 });
    const bulks = rows.slice(0, limit);
    const last = bulks.at(-1);
    const more = last && rows.length > limit;
    return { bulks, nextCursor: more ? encodeCursor(QUERY, [last.createdAt.toISOString(), last.id]) : null };
  },
});

const LIST = statement({
  sql: `SELECT ${BULK_COLUMNS} FROM "BulkRequeue"
         WHERE $1::timestamptz IS NULL OR ("createdAt", "id") < ($1::timestamptz, $2)
         ORDER BY "createdAt" DESC, "id" DESC LIMIT $3`,
  params: { at: nullable(timestamp), id: nullable(text), limit: bigint },
  row: bulkColumns,
});
