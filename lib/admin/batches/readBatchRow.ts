import type { z } from "zod";
import { notFound } from "../../api/errors.ts";
import type { Context } from "../../context.ts";
import { type BatchColumns, batchColumns, type batchRow, toBatchRow } from "./batchRow.ts";

/**
 * One batch as it is listed.
 * @throws RefusedError `not_found`
 */
export async function readBatchRow(ctx: Context, id: string): Promise<z.input<typeof batchRow>> {
  const { rows } = await ctx.db.query<BatchColumns>(
    `SELECT ${batchColumns(ctx, "$2::timestamptz")} FROM "AIBatchRequest" b JOIN "Company" c ON c."id" = b."companyId"
      WHERE b."id" = $1`,
    [id, ctx.clock.now()],
  );
  if (!rows[0]) throw notFound("batch");
  return toBatchRow(rows[0]);
}
