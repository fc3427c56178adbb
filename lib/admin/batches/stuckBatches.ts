import { z } from "zod";
import { LIVE } from "../../batches/states.ts";
import { describeStuck, type StuckColumns, stuckColumns } from "../../batches/stuck.ts";
import type { Context } from "../../context.ts";
import type { Sql } from "../../db/pool.ts";
import { batchStatus, stuck } from "./batchRow.ts";

const stuckBatch = z.object({
  id: z.string(),
  companyName: z.string(),
  model: z.string(),
  status: batchStatus,
  stuck: stuck.unwrap(),
});

export const stuckBatches = z.object({
  count: z.number().int().nonnegative(),
  oldest: z.array(stuckBatch).meta({ description: "At most 20." }),
});

type Row = StuckColumns & Omit<z.input<typeof stuckBatch>, "stuck"> & { total: number };

/** How many batches are stuck, and the oldest of them, each with its reason and the provider's last words. */
export async function readStuck(ctx: Context, sql: Sql = ctx.db, limit = 20): Promise<z.input<typeof stuckBatches>> {
  const { rows } = await sql.query<Row>(
    `SELECT live.*, count(*) OVER ()::int AS "total" FROM (
       SELECT b."id", c."name" AS "companyName", b."model", lower(b."status"::text) AS "status", b."createdAt",
              b."providerStatus", b."providerCounts", b."errorMessage", ${stuckColumns(ctx, "b", "$1::timestamptz")}
         FROM "AIBatchRequest" b JOIN "Company" c ON c."id" = b."companyId" WHERE b."status" IN ${LIVE}) live
      WHERE "stuckReason" IS NOT NULL ORDER BY "createdAt", "id" LIMIT $2`,
    [ctx.clock.now(), limit],
  );
  const oldest = rows.flatMap((row) => {
    const stuck = describeStuck(row);
    const { id, companyName, model, status } = row;
    return stuck ? [{ id, companyName, model, status, stuck }] : [];
  });
  return { count: rows[0]?.total ?? 0, oldest };
}

/** One of them in a line, for people who read text. */
export function sayStuck({ id, companyName, model, status, stuck }: z.input<typeof stuckBatch>): string {
  const words = stuck.lastWords
    ? ` Last status from the provider: ${stuck.lastWords}`
    : " The provider has not reported a status.";
  return `${id} (${companyName}, ${model}, ${status}): ${stuck.message} Since ${stuck.since.toISOString()}.${words}`;
}
