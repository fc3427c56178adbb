import type { Context } from "../context.ts";
import type { AIBatchRequestStatus } from "../db/generated/enums.ts";

/** A batch as lists show it. Times are ISO 8601 in UTC. */
export interface BatchRow {
  id: string;
  companyName: string;
  model: string;
  status: AIBatchRequestStatus;
  /** The provider's own word for it, if it has said one. */
  providerStatus: string | null;
  requestCount: number;
  appliedCount: number;
  failedCount: number;
  requeuedCount: number;
  /** How far the provider says it is; it may be wrong. */
  providerCompleted: number | null;
  createdAt: string;
  processedAt: string | null;
  errorCode: string | null;
}

/** The newest batches, at most `limit`. */
export async function latestBatches(ctx: Context, limit: number): Promise<BatchRow[]> {
  const { rows } = await ctx.db.query<Omit<BatchRow, "createdAt" | "processedAt"> & BatchTimes>(
    `SELECT b."id", c."name" AS "companyName", b."model", b."status", b."providerStatus", b."requestCount",
            b."appliedCount", b."failedCount", b."requeuedCount", b."createdAt", b."processedAt", b."errorCode",
            LEAST(b."requestCount", (b."providerCounts"->>'completed')::float8)::int AS "providerCompleted"
       FROM "AIBatchRequest" b JOIN "Company" c ON c."id" = b."companyId"
      ORDER BY b."createdAt" DESC, b."id" DESC LIMIT $1`,
    [limit],
  );
  return rows.map((row) => ({
    ...row,
    createdAt: row.createdAt.toISOString(),
    processedAt: row.processedAt?.toISOString() ?? null,
  }));
}

interface BatchTimes {
  createdAt: Date;
  processedAt: Date | null;
}
