import { requireAnalysis } from "../analysis/registry.ts";
import type { Context } from "../context.ts";
import type { Transaction } from "../db/pool.ts";
import type { AnswerLine } from "../provider/lines.ts";
import { PRICED, type Price } from "./price.ts";
import type { RequestInBatch } from "./requestOutcomes.ts";

/** A request with its checked answer. */
export interface Answered {
  request: RequestInBatch;
  line: AnswerLine;
  answer: unknown;
}

/**
 * Records answers: the attempt with its usage and cost, the request, and through its analysis the session. Runs inside
 * the transaction that holds the batch and has these requests locked.
 */
export async function recordAnswers(
  ctx: Context,
  tx: Transaction,
  batchId: string,
  answered: readonly Answered[],
  price: Price,
): Promise<void> {
  if (answered.length === 0) return;
  await completeRequests(ctx, tx, batchId, answered, price);
  const newest = await keepNewest(tx, answered);
  for (const name of new Set(newest.map(({ request }) => request.processingType))) {
    const answers = newest
      .filter(({ request }) => request.processingType === name)
      .map(({ request, answer }) => ({ companyId: request.companyId, sessionId: request.sessionId, answer }));
    await requireAnalysis(name).apply(tx, answers, { at: ctx.clock.now(), newId: ctx.newId });
  }
  for (const { request } of answered) {
    const { id: requestId, sessionId, attempt } = request;
    ctx.log.debug({ event: "request.complete", requestId, sessionId, batchId, attempt });
  }
}

async function completeRequests(
  ctx: Context,
  tx: Transaction,
  batchId: string,
  answered: readonly Answered[],
  price: Price,
): Promise<void> {
  const rows = answered.map(({ request, line }) => ({
    id: request.id,
    attempt: request.attempt,
    analysisVersion: requireAnalysis(request.processingType).version,
    openaiRequestId: line.providerRequestId,
    serviceTier: line.serviceTier,
    systemFingerprint: line.systemFingerprint,
    ...line.usage,
  }));
  await tx.query(
    `WITH a AS (
       SELECT * FROM json_to_recordset($1::json) AS a("id" text, "attempt" int, "analysisVersion" int,
         "openaiRequestId" text, "serviceTier" text, "systemFingerprint" text, "promptTokens" int,
         "completionTokens" int, "totalTokens" int, "cachedTokens" int, "reasoningTokens" int,
         "audioTokensPrompt" int, "audioTokensCompletion" int, "acceptedPredictionTokens" int,
         "rejectedPredictionTokens" int) CROSS JOIN ${PRICED.source(5)}
     ), noted AS (
       INSERT INTO "AIRequestAttempt" ("requestId", "attempt", "batchId", "outcome", "promptTokens", "cachedTokens",
         "completionTokens", "reasoningTokens", "totalTokens", "pricingId", "costEur", "createdAt")
       SELECT "id", "attempt", $2, 'APPLIED', "promptTokens", "cachedTokens", "completionTokens", "reasoningTokens",
              "totalTokens", $4, ${PRICED.total}, $3
         FROM a
     )
     UPDATE "AIProcessingRequest" r
        SET "processingStatus" = 'PROCESSING_COMPLETE', "success" = true, "completedAt" = $3,
            "errorCode" = NULL, "errorMessage" = NULL, "notBefore" = NULL,
            "analysisVersion" = a."analysisVersion", "openaiRequestId" = a."openaiRequestId",
            "serviceTier" = a."serviceTier", "systemFingerprint" = a."systemFingerprint",
            "promptTokens" = a."promptTokens", "completionTokens" = a."completionTokens",
            "totalTokens" = a."totalTokens", "cachedTokens" = a."cachedTokens",
            "reasoningTokens" = a."reasoningTokens", "audioTokensPrompt" = a."audioTokensPrompt",
            "audioTokensCompletion" = a."audioTokensCompletion",
            "acceptedPredictionTokens" = a."acceptedPredictionTokens",
            "rejectedPredictionTokens" = a."rejectedPredictionTokens",
            "promptTokenCost" = a."promptCost", "completionTokenCost" = a."completionCost",
            "totalCostEur" = a."promptCost" + a."completionCost"
       FROM (SELECT *, ${PRICED.prompt} AS "promptCost", ${PRICED.completion} AS "completionCost" FROM a) a
      WHERE r."id" = a."id"`,
    [JSON.stringify(rows), batchId, ctx.clock.now(), price.pricingId, ...price.eurPerToken],
  );
}

/**
 * Leaves out answers whose session already has one to a newer request of the same analysis. The sessions are locked
 * first, in one order for all workers: what another one is just about to commit to them is seen, not overwritten.
 */
async function keepNewest(tx: Transaction, answered: readonly Answered[]): Promise<Answered[]> {
  await tx.query(`SELECT 1 FROM "Session" WHERE "id" = ANY($1) ORDER BY "id" FOR NO KEY UPDATE`, [
    answered.map(({ request }) => request.sessionId),
  ]);
  const { rows } = await tx.query<{ id: string }>(
    `SELECT r."id" FROM "AIProcessingRequest" r
      WHERE r."id" = ANY($1) AND NOT EXISTS (
        SELECT 1 FROM "AIProcessingRequest" newer
         WHERE newer."sessionId" = r."sessionId" AND newer."processingType" = r."processingType"
           AND newer."processingStatus" = 'PROCESSING_COMPLETE'
           AND (newer."requestedAt", newer."id") > (r."requestedAt", r."id"))`,
    [answered.map(({ request }) => request.id)],
  );
  const newest = new Set(rows.map((row) => row.id));
  return answered.filter(({ request }) => newest.has(request.id));
}
