import type { Sql } from "../../db/pool.ts";

export interface Requeued {
  /** The ids that went back, in their order. */
  requeued: string[];
  /** How many there are of the ids given. */
  found: number;
}

/** Who sends requests back, and when; `bulkId` where a bulk requeue does it for them. */
export interface Requeuer {
  by: string;
  at: Date;
  bulkId?: string;
}

/**
 * Sends failed requests back to be batched, with all their attempts before them again; the rows in AIRequestAttempt keep
 * what was, and who sent them back is noted. Ids may come twice. Who asks for the same ids at the same time waits here, and finds nothing left to do.
 * @param failedUntil leaves alone what failed later
 */
export async function requeueFailed(
  sql: Sql,
  ids: readonly string[],
  { by, at, bulkId }: Requeuer,
  failedUntil: Date | null = null,
): Promise<Requeued> {
  const { rows } = await sql.query<Requeued>(
    `WITH locked AS (
       SELECT "id" FROM "AIProcessingRequest"
        WHERE "id" = ANY($1) AND "processingStatus" = 'PROCESSING_FAILED' AND ("completedAt" > $2) IS NOT TRUE
        ORDER BY "id" FOR NO KEY UPDATE
     ), moved AS (
       UPDATE "AIProcessingRequest" r
          SET "processingStatus" = 'PENDING_BATCHING', "batchId" = NULL, "failedAttempts" = 0, "notBefore" = NULL,
              "success" = false, "errorCode" = NULL, "errorMessage" = NULL, "completedAt" = NULL
         FROM locked WHERE r."id" = locked."id" RETURNING r."id"
     ), noted AS (
       INSERT INTO "RequestRequeue" ("requestId", "at", "by", "bulkId") SELECT "id", $3, $4, $5 FROM moved
     )
     SELECT COALESCE((SELECT array_agg("id" ORDER BY "id") FROM moved), '{}') AS "requeued",
            (SELECT count(*)::int FROM "AIProcessingRequest" WHERE "id" = ANY($1)) AS "found"`,
    [ids, failedUntil, at, by, bulkId ?? null],
  );
  return rows[0] ?? { requeued: [], found: 0 };
}
