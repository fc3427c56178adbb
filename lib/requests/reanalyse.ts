import type { Transaction } from "../db/pool.ts";
import { json, statement, timestamp } from "../db/statement.ts";

/** A request to ask again, for what the request with this result asked. */
export interface Again {
  /** Of the new request. */
  id: string;
  /** Of the one whose answer the session shows. */
  requestId: string;
  model: string;
}

/** Requests the analyses behind these results once more. What the sessions show stays until the new answers are applied. */
export async function requestAgain(tx: Transaction, again: readonly Again[], requestedAt: Date): Promise<void> {
  if (again.length > 0) await REQUEST_AGAIN.run(tx, { again: JSON.stringify(again), requestedAt });
}

const REQUEST_AGAIN = statement({
  sql: `INSERT INTO "AIProcessingRequest" ("id", "companyId", "sessionId", "model", "processingType", "questionIds", "requestedAt")
        SELECT again."id", r."companyId", r."sessionId", again."model", r."processingType", r."questionIds", $2
          FROM json_to_recordset($1::json) AS again("id" text, "requestId" text, "model" text)
         CROSS JOIN LATERAL (SELECT * FROM "AIProcessingRequest" WHERE "id" = again."requestId" LIMIT 1) r
         WHERE r."sessionId" IS NOT NULL`,
  params: { again: json<Again[]>(), requestedAt: timestamp },
});

/** Held until the end of the transaction: two who ask for the same take turns, and the second finds it done. */
export async function lockReanalysis(tx: Transaction): Promise<void> {
  await LOCK_REANALYSIS.run(tx, {});
}

const LOCK_REANALYSIS = statement({
  sql: "SELECT pg_advisory_xact_lock(hashtextextended('livedash:reanalyse', 0))",
});
