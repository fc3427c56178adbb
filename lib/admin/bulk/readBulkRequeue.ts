import { z } from "zod";
import { notFound } from "../../api/errors.ts";
import { id } from "../../api/fields.ts";
import { defineOperation } from "../../api/operation.ts";
import { statement, text } from "../../db/statement.ts";
import { BULK_COLUMNS, bulkColumns, bulkRequeue } from "./bulkRequeue.ts";

export const readBulkRequeue = defineOperation({
  name: "readBulkRequeue",
  summary: "One bulk requeue and its progress.",
  method: "GET",
  path: "/api/admin/bulk/{id}",
  permission: "requests.read",
  input: z.strictObject({ id }),
  example: { id: "bulk_id_1" },
  output: z.object({ bulk: bulkRequeue }),
  run: async (ctx, { id }) => {
    const bulk = await READ.first(ctx.db, { id });
    if (!bulk) throw notFound("bulk requeue");
    return { bulk };
  },
});

const READ = statement({
  sql: `SELECT ${BULK_COLUMNS} FROM "BulkRequeue" WHERE "id" = $1`,
  params: { id: text },
  row: bulkColumns,
});
