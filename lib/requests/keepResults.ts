import type { Transaction } from "../db/pool.ts";
import { arrayOf, json, statement, text, timestamp } from "../db/statement.ts";

/** Whether its session shows a result. As SQL. @param k the name of the result in the statement */
export const isShown = (k: string): string => `(${k}."appliedAt" IS NOT NULL AND ${k}."replacedAt" IS NULL)`;

/** A checked answer of a request that has just been recorded as complete. */
export interface Result {
  requestId: string;
  attempt: number;
  answer: unknown;
  /** Whether its session shows it now; false where a newer one was there. */
  isApplied: boolean;
  /** Whether the session may have shown another one before. */
  replaces: boolean;
}

/** Keeps answers, in the transaction that records and applies them, and notes of those that were shown before that they no longer are. */
export async function keepResults(tx: Transaction, results: readonly Result[], at: Date): Promise<void> {
  if (results.length === 0) return;
  const replacing = results.flatMap(({ requestId, isApplied, replaces }) => (isApplied && replaces ? [requestId] : []));
  if (replacing.length > 0) await END_OTHERS.run(tx, { requestIds: replacing, at });
  await KEEP.run(tx, { results: JSON.stringify(results), at });
}

/** What is the same for a request and its result is read from the request: it need not be sent. */
const KEEP = statement({
  sql: `INSERT INTO "AnalysisResult" ("requestId", "attempt", "companyId", "sessionId", "analysis", "version", "model", "answer",
          "createdAt", "appliedAt")
        SELECT r."id", given."attempt", r."companyId", r."sessionId", r."processingType", r."analysisVersion", r."model",
               given."answer", $2::timestamptz, CASE WHEN given."isApplied" THEN $2::timestamptz END
          FROM json_to_recordset($1::json) AS given("requestId" text, "attempt" int, "answer" jsonb, "isApplied" boolean)
         CROSS JOIN LATERAL (SELECT * FROM "AIProcessingRequest" WHERE "id" = given."requestId" LIMIT 1) r`,
  params: { results: json<Result[]>(), at: timestamp },
});

/** Notes that these results are shown from now on, and others of their sessions no longer. */
export async function markShown(tx: Transaction, requestIds: readonly string[], at: Date): Promise<void> {
  await END_OTHERS.run(tx, { requestIds, at });
  await MARK_SHOWN.run(tx, { requestIds, at });
}

const MARK_SHOWN = statement({
  sql: `UPDATE "AnalysisResult" SET "appliedAt" = $2, "replacedAt" = NULL WHERE "requestId" = ANY($1)`,
  params: { requestIds: arrayOf(text), at: timestamp },
});

/** OFFSET 0 keeps each session and each request a lookup of its own, whatever the statistics say. */
const END_OTHERS = statement({
  sql: `UPDATE "AnalysisResult" SET "replacedAt" = $2 WHERE ctid = ANY (ARRAY(
          SELECT shown.ctid FROM unnest($1::text[]) AS newest("id")
           CROSS JOIN LATERAL (SELECT * FROM "AIProcessingRequest" WHERE "id" = newest."id" LIMIT 1) r
           CROSS JOIN LATERAL (SELECT * FROM "AIProcessingRequest" WHERE "sessionId" = r."sessionId" OFFSET 0) other
           CROSS JOIN LATERAL (SELECT ctid, "appliedAt", "replacedAt" FROM "AnalysisResult" WHERE "requestId" = other."id" OFFSET 0) shown
           WHERE other."processingType" = r."processingType" AND other."id" <> newest."id"
             AND other."questionIds" IS NOT DISTINCT FROM r."questionIds" AND ${isShown("shown")}))`,
  params: { requestIds: arrayOf(text), at: timestamp },
});
