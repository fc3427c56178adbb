import type { Database } from "../../lib/db/pool.ts";

/** The moment from which test requests are made, three in each second. */
const START = Date.UTC(2026, 9, 1);
export const moment = (seconds: number) => new Date(START + seconds * 1_000).toISOString();

export interface RequestsToAdd {
  /** How the ids begin; a number follows. */
  prefix?: string;
  companyId?: string;
  model?: string;
  batchId?: string;
  status?: "PENDING_BATCHING" | "BATCHING_IN_PROGRESS" | "PROCESSING_COMPLETE" | "PROCESSING_FAILED";
  errorCode?: string;
  errorMessage?: string;
}

/** Puts requests, each with a session, straight into a status; failed unless another is given. Answers their ids in order. */
export async function addRequests(db: Database, count: number, more: RequestsToAdd = {}): Promise<string[]> {
  const { prefix = "r", companyId = "acme", model = "gpt-6-luna", batchId, status = "PROCESSING_FAILED" } = more;
  const failed = status === "PROCESSING_FAILED";
  await db.query(`INSERT INTO "Company" ("id", "name") VALUES ($1, $2) ON CONFLICT DO NOTHING`, [
    companyId,
    `Company ${companyId}`,
  ]);
  await db.query(
    `INSERT INTO "Session" ("id", "companyId", "startTime", "endTime")
     SELECT 's-' || $1 || i, $2, $3, $3 FROM generate_series(1, $4::int) i`,
    [prefix, companyId, new Date(START), count],
  );
  const { rows } = await db.query<{ id: string }>(
    `INSERT INTO "AIProcessingRequest" ("id", "companyId", "sessionId", "model", "processingType", "processingStatus",
       "batchId", "errorCode", "errorMessage", "requestedAt", "completedAt")
     SELECT $1 || i, $2, 's-' || $1 || i, $3, 'session-analysis', $4::"AIRequestStatus", $5, $6, $7,
            $8::timestamptz + (i / 3) * interval '1 second', CASE WHEN $9 THEN $8::timestamptz + interval '1 hour' END
       FROM generate_series(1, $10::int) i RETURNING "id"`,
    [
      prefix,
      companyId,
      model,
      status,
      batchId ?? null,
      failed ? (more.errorCode ?? "line_timed_out") : null,
      failed ? (more.errorMessage ?? "The line timed out") : null,
      new Date(START),
      failed || status === "PROCESSING_COMPLETE",
      count,
    ],
  );
  return rows.map(({ id }) => id);
}

export async function addBatch(db: Database, id: string, companyId = "acme"): Promise<void> {
  await db.query(
    `INSERT INTO "AIBatchRequest" ("id", "companyId", "openaiBatchId", "model", "status", "endpoint", "requestCount",
       "byteSize", "contentHash", "createdAt", "submittedAt")
     VALUES ($1, $2, 'batch_' || $1, 'gpt-6-luna', 'PROCESSED', '/v1', 10, 1, 'hash', $3, $4)`,
    [id, companyId, new Date(START), new Date(START + 60_000)],
  );
}
