import { z } from "zod";
import { time } from "../../api/fields.ts";
import { AIRequestStatus } from "../../db/enums.ts";
import type { Sql } from "../../db/pool.ts";
import { arrayOf, known, nullable, oneOf, statement, timestamp } from "../../db/statement.ts";
import { EACH_MODEL } from "../requests/eachModel.ts";

export const oldest = z.object({
  pending_batching: time.nullable(),
  batching_in_progress: time.nullable(),
  processing_complete: time.nullable(),
  processing_failed: time.nullable(),
});

export type Oldest = z.input<typeof oldest>;

/** When the oldest request in each status was made: one look into the index for each, and for each model. */
export async function readOldest(sql: Sql): Promise<Oldest> {
  const rows = await READ.rows(sql, { statuses: Object.values(AIRequestStatus) });
  const of = (status: AIRequestStatus) => rows.find((row) => row.status === status)?.requestedAt ?? null;
  return {
    pending_batching: of("PENDING_BATCHING"),
    batching_in_progress: of("BATCHING_IN_PROGRESS"),
    processing_complete: of("PROCESSING_COMPLETE"),
    processing_failed: of("PROCESSING_FAILED"),
  };
}

const READ = statement({
  sql: `SELECT s."status", min(first."requestedAt") AS "requestedAt"
          FROM unnest($1::"AIRequestStatus"[]) AS s("status") CROSS JOIN ${EACH_MODEL} each
         CROSS JOIN LATERAL (
           SELECT "requestedAt" FROM "AIProcessingRequest"
            WHERE "model" = each."model" AND "processingStatus" = s."status" ORDER BY "requestedAt" LIMIT 1) first
         GROUP BY s."status"`,
  params: { statuses: arrayOf(oneOf("AIRequestStatus", AIRequestStatus)) },
  row: { status: known(oneOf("AIRequestStatus", AIRequestStatus)), requestedAt: nullable(timestamp) },
});
