import type { Context } from "../context.ts";
import { PRICED, type Price } from "../costs/price.ts";
import { AIAttemptOutcome } from "../db/enums.ts";
import type { Sql } from "../db/pool.ts";
import { int, json, known, nullable, numeric, oneOf, statement, text, textOf, timestamp } from "../db/statement.ts";
import { FAILURES, type FailureCode } from "../failures.ts";
import type { Usage } from "../providers/contract/lines.ts";
import { type FailedRequest, judge } from "./requestOutcomes.ts";

export interface Failure extends FailedRequest {
  /** What the failed answer cost all the same; null if nothing was run. */
  usage: Usage | null;
  /** How that starts which came; what people wrote may stand in it. */
  received?: string | null;
  /** Given when the next try should be allowed a longer answer. */
  maxOutputTokens?: number;
  /** How many lines the file had, where it was refused as a whole. It goes again as it was, and from then on halved. */
  fileLines?: number | undefined;
}

const NOTHING_RAN = { promptTokens: 0, cachedTokens: 0, completionTokens: 0, reasoningTokens: 0, totalTokens: 0 };

/**
 * Records attempts that did not succeed, with their reason and cost, and sends their requests back or fails them.
 * Runs inside the transaction that holds the batch and has these requests locked.
 */
export async function recordFailures(
  ctx: Context,
  tx: Sql,
  batchId: string,
  failures: readonly Failure[],
  price: Price,
): Promise<void> {
  if (failures.length === 0) return;
  const rows = failures.map(withoutWhatWasErased).map((failure) => {
    const verdict = judge(ctx, failure.request, failure.code);
    return {
      id: failure.request.id,
      attempt: failure.request.attempt,
      code: failure.code,
      message: failure.message,
      maxOutputTokens: failure.maxOutputTokens ?? failure.request.maxOutputTokens,
      fileLines: failure.fileLines ?? null,
      received: failure.received ?? null,
      ...(failure.usage ?? NOTHING_RAN),
      ...verdict,
    };
  });
  const [input, cached, output] = price.eurPerToken;
  const recorded = await RECORD.rows(tx, {
    failures: JSON.stringify(rows),
    batchId,
    now: ctx.clock.now(),
    pricingId: price.pricingId,
    input,
    cached,
    output,
  });
  for (const { id: requestId, outcome, ...known } of recorded) {
    const event = outcome === "FAILED" ? "request.failed" : "request.requeued";
    ctx.log.warn({ event, requestId, batchId, ...known });
  }
}

/** Of an erased session, only what was paid counts: the request is not sent again, and nothing of what came is kept. */
function withoutWhatWasErased(failure: Failure): Failure {
  const { request, usage } = failure;
  if (request.sessionId !== null) return failure;
  return { request, code: "session_erased", message: FAILURES.session_erased.meaning, usage };
}

/** Answers what the log says of each. */
const RECORD = statement({
  sql: `WITH f AS (
       SELECT * FROM json_to_recordset($1::json) AS f("id" text, "attempt" int, "outcome" "AIAttemptOutcome", "code" text,
         "message" text, "failedAttempts" int, "notBefore" timestamptz, "maxOutputTokens" int, "fileLines" int,
         "received" text, "promptTokens" int, "cachedTokens" int, "cacheWriteTokens" int, "completionTokens" int,
         "reasoningTokens" int, "totalTokens" int)
     ), noted AS (
       INSERT INTO "AIRequestAttempt" ("requestId", "attempt", "batchId", "outcome", "code", "message", "received",
         "promptTokens", "cachedTokens", "cacheWriteTokens", "completionTokens", "reasoningTokens", "totalTokens",
         "pricingId", "costEur", "createdAt")
       SELECT "id", "attempt", $2, "outcome", "code", "message", "received", "promptTokens", "cachedTokens",
              "cacheWriteTokens", "completionTokens", "reasoningTokens", "totalTokens", $4, ${PRICED.total}, $3
         FROM f CROSS JOIN ${PRICED.source(5)}
     )
     UPDATE "AIProcessingRequest" r
        SET "processingStatus" = CASE f."outcome" WHEN 'FAILED' THEN 'PROCESSING_FAILED' ELSE 'PENDING_BATCHING'
                                 END::"AIRequestStatus",
            "batchId" = CASE f."outcome" WHEN 'FAILED' THEN r."batchId" END,
            "success" = false, "errorCode" = f."code", "errorMessage" = f."message",
            "failedAttempts" = f."failedAttempts", "notBefore" = f."notBefore",
            "maxOutputTokens" = f."maxOutputTokens",
            "maxBatchLines" = CASE WHEN f."fileLines" IS NULL THEN r."maxBatchLines"
                                   WHEN r."maxBatchLines" IS NULL THEN f."fileLines"
                                   ELSE GREATEST(1, LEAST(r."maxBatchLines", f."fileLines") / 2) END,
            "completedAt" = CASE f."outcome" WHEN 'FAILED' THEN $3::timestamptz END
       FROM f WHERE r."id" = f."id"
      RETURNING r."id", r."sessionId", f."attempt", f."outcome", f."code",
                (SELECT "externalSessionId" FROM "Session" WHERE "id" = r."sessionId") AS "externalSessionId"`,
  params: {
    failures: json<unknown>(),
    batchId: text,
    now: timestamp,
    pricingId: nullable(text),
    input: numeric,
    cached: numeric,
    output: numeric,
  },
  row: {
    id: text,
    sessionId: nullable(text),
    attempt: known(int),
    outcome: known(oneOf("AIAttemptOutcome", AIAttemptOutcome)),
    code: known(textOf<FailureCode>()),
    externalSessionId: nullable(text),
  },
});
