import { z } from "zod";
import { time } from "../../api/fields.ts";
import { int, known, nullable, statement, text, textOf, timestamp } from "../../db/statement.ts";

const MOST_EVENTS = 300;

export const timelineEvent = z.object({
  at: time,
  event: z.enum(["requested", "claimed", "submitted", "applied", "failed", "requeued", "complete", "sent_back"]),
  attempt: z.number().int().nullable(),
  batchId: z.string().nullable(),
  code: z.string().nullable(),
  by: z.string().nullable().meta({ description: "Of sent_back: who requeued it, alone or in a bulk requeue." }),
  bulkId: z.string().nullable(),
});

/** What happened to a request and when, oldest first; of very many, the newest. */
export const READ_TIMELINE = statement({
  sql: `
     WITH request AS (
       SELECT "requestedAt", "completedAt", "processingStatus", "attempt", "batchId", "errorCode"
         FROM "AIProcessingRequest" WHERE "id" = $1
     ), ended AS (
       SELECT "attempt", "batchId", "outcome", "code", "createdAt" FROM "AIRequestAttempt" WHERE "requestId" = $1
     ), tries AS (
       SELECT "attempt", "batchId" FROM ended
       UNION SELECT "attempt", "batchId" FROM request WHERE "batchId" IS NOT NULL
     ), event AS (
       SELECT "requestedAt" AS "at", 0 AS "rank", 'requested' AS "event", NULL::int AS "attempt", NULL AS "batchId",
              NULL AS "code", NULL AS "by", NULL AS "bulkId" FROM request
       UNION ALL SELECT b."createdAt", 1, 'claimed', t."attempt", b."id", NULL, NULL, NULL
         FROM tries t JOIN "AIBatchRequest" b ON b."id" = t."batchId"
       UNION ALL SELECT b."submittedAt", 2, 'submitted', t."attempt", b."id", NULL, NULL, NULL
         FROM tries t JOIN "AIBatchRequest" b ON b."id" = t."batchId" WHERE b."submittedAt" IS NOT NULL
       UNION ALL SELECT "createdAt", 3, lower("outcome"::text), "attempt", "batchId", "code", NULL, NULL FROM ended
       UNION ALL SELECT "at", 5, 'sent_back', NULL, NULL, NULL, "by", "bulkId"
         FROM "RequestRequeue" WHERE "requestId" = $1
       UNION ALL SELECT "completedAt", 4, 'complete', NULL, NULL, NULL, NULL, NULL
         FROM request WHERE "processingStatus" = 'PROCESSING_COMPLETE' AND "completedAt" IS NOT NULL
       -- What failed before it could enter a batch has no attempt that says so.
       UNION ALL SELECT "completedAt", 4, 'failed', NULL, NULL, "errorCode", NULL, NULL
         FROM request WHERE "processingStatus" = 'PROCESSING_FAILED' AND "batchId" IS NULL AND "completedAt" IS NOT NULL
     ), newest AS (SELECT * FROM event ORDER BY "at" DESC, "rank" DESC LIMIT ${MOST_EVENTS})
     SELECT "at", "event", "attempt", "batchId", "code", "by", "bulkId" FROM newest ORDER BY "at", "rank"`,
  params: { requestId: text },
  row: {
    at: known(timestamp),
    event: known(textOf<z.input<typeof timelineEvent>["event"]>()),
    attempt: nullable(int),
    batchId: nullable(text),
    code: nullable(text),
    by: nullable(text),
    bulkId: nullable(text),
  },
});
