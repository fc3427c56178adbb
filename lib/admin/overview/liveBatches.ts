import type { z } from "zod";
import { LIVE } from "../../batches/states.ts";
import { describeStuck, type StuckColumns, stuckColumns } from "../../batches/stuck.ts";
import type { Context } from "../../context.ts";
import type { Sql } from "../../db/pool.ts";
import { batchRow, stuck } from "../batches/batchRow.ts";
import { expectation, expectEnd, READ_TURNAROUND } from "../batches/turnaround.ts";

const MOST = 200;

export const liveBatch = batchRow
  .pick({ id: true, companyName: true, model: true, status: true, providerStatus: true, providerCounts: true })
  .extend({ ...batchRow.pick({ requestCount: true, createdAt: true, submittedAt: true, completedAt: true }).shape })
  .extend({ expected: expectation.nullable(), stuck });

type Row = Omit<z.input<typeof liveBatch>, "expected" | "stuck"> & StuckColumns & { expiresAt: Date | null };

/** Batches that are not over, the oldest 200. Without ages, so that what does not change stays the same. */
export async function readLiveBatches(ctx: Context, sql: Sql): Promise<z.input<typeof liveBatch>[]> {
  const turnaround = (await READ_TURNAROUND.first(sql, {})) ?? null;
  const { rows } = await sql.query<Row>(
    `SELECT b."id", c."name" AS "companyName", b."model", lower(b."status"::text) AS "status", b."providerStatus",
            b."providerCounts", b."requestCount", b."createdAt", b."submittedAt", b."completedAt", b."expiresAt",
            b."errorMessage", ${stuckColumns(ctx, "b", "$1::timestamptz")}
       FROM "AIBatchRequest" b JOIN "Company" c ON c."id" = b."companyId"
      WHERE b."status" IN ${LIVE} ORDER BY b."createdAt", b."id" LIMIT ${MOST}`,
    [ctx.clock.now()],
  );
  return rows.map(({ expiresAt, ...row }) => ({
    ...row,
    stuck: describeStuck(row),
    expected: expectEnd(ctx, { ...row, expiresAt, processedAt: null }, turnaround),
  }));
}
