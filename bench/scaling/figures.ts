import type { Pool } from "pg";

/** What came of the sessions that came within a time, and of the batches that were sent in it. Minutes; rows, not sessions. */
export interface Figures {
  came: number;
  sent: number;
  batches: number;
  /** Rows in an average batch, and in the fullest. */
  meanLines: number | null;
  mostLines: number | null;
  /** From coming to being sent; what waits at the end has waited until then. */
  sentP50: number | null;
  sentP95: number | null;
  sentMost: number | null;
  /** The same of the small companies alone. */
  smallSentP95: number | null;
  /** From coming to having a result. */
  doneP50: number | null;
  doneP95: number | null;
  /** At the end. */
  pending: number;
  failed: number;
}

const minutes = (from: string, to: string) => `(extract(epoch FROM ${to} - ${from}) / 60)::float8`;

export async function readFigures(db: Pool, from: Date, to: Date): Promise<Figures> {
  const { rows } = await db.query<Figures>(
    `WITH r AS (
       SELECT r.*, b."submittedAt", ${minutes(`r."requestedAt"`, `COALESCE(b."submittedAt", $2)`)} AS "sent",
              ${minutes(`r."requestedAt"`, `COALESCE(r."completedAt", $2)`)} AS "done"
         FROM "AIProcessingRequest" r LEFT JOIN "AIBatchRequest" b ON b."id" = r."batchId"
        WHERE r."requestedAt" >= $1 AND r."requestedAt" < $2),
     b AS (SELECT * FROM "AIBatchRequest" WHERE "submittedAt" >= $1 AND "submittedAt" < $2)
     SELECT count(*)::int AS "came",
            (SELECT COALESCE(sum("requestCount"), 0)::int FROM b) AS "sent",
            (SELECT count(*)::int FROM b) AS "batches",
            (SELECT avg("requestCount")::float8 FROM b) AS "meanLines",
            (SELECT max("requestCount") FROM b) AS "mostLines",
            percentile_cont(0.5) WITHIN GROUP (ORDER BY "sent") AS "sentP50",
            percentile_cont(0.95) WITHIN GROUP (ORDER BY "sent") AS "sentP95",
            max("sent") AS "sentMost",
            percentile_cont(0.95) WITHIN GROUP (ORDER BY "sent") FILTER (WHERE "companyId" LIKE 'small%') AS "smallSentP95",
            percentile_cont(0.5) WITHIN GROUP (ORDER BY "done") AS "doneP50",
            percentile_cont(0.95) WITHIN GROUP (ORDER BY "done") AS "doneP95",
            (SELECT count(*)::int FROM "AIProcessingRequest" WHERE "processingStatus" = 'PENDING_BATCHING') AS "pending",
            (SELECT count(*)::int FROM "AIProcessingRequest" WHERE "processingStatus" = 'PROCESSING_FAILED') AS "failed"
       FROM r`,
    [from, to],
  );
  const [figures] = rows;
  if (!figures) throw new Error("A count has one row.");
  return figures;
}
