import { z } from "zod";
import { notFound } from "../../api/errors.ts";
import { id } from "../../api/fields.ts";
import { defineVerb } from "../../api/verb.ts";
import { BULK_COLUMNS, bulkRequeue } from "./bulkRequeue.ts";

export const readBulkRequeue = defineVerb({
  name: "readBulkRequeue",
  summary: "One bulk requeue and its progress.",
  method: "GET",
  path: "/api/admin/legacy/bulk/{id}",
  permission: "requests.read",
  input: z.strictObject({ id }),
  example: { id: "bulk_id_1" },
  output: z.object({ bulk: bulkRequeue }),
  run: async (ctx, { id }) => {
    const { rows } = await ctx.db.query<z.input<typeof bulkRequeue>>(
      `SELECT ${BULK_COLUMNS} FROM "BulkRequeue" WHERE "id" = $1`,
      [id],
    );
    const bulk = rows[0];
    if (!bulk) throw notFound("bulk requeue");
    return { bulk };
  },
});
