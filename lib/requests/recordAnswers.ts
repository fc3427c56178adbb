import { DEFAULT_ANALYSIS, requireAnalysis } from "../analysis/registry.ts";
import type { Context } from "../context.ts";
import { PRICED, type Price } from "../costs/price.ts";
import type { Transaction } from "../db/pool.ts";
import { arrayOf, json, nullable, numeric, statement, text, timestamp } from "../db/statement.ts";
import type { AnswerLine } from "../providers/contract/lines.ts";
import { askForTopics } from "./askForTopics.ts";
import { keepResults } from "./keepResults.ts";
import { lockSessions } from "./lockSessions.ts";
import type { RequestInBatch } from "./requestOutcomes.ts";

/** A request with its checked answer. */
export interface Answered {
  request: RequestInBatch & { sessionId: string };
  line: AnswerLine;
  answer: unknown;
}

/**
 * Records answers: the attempt with its usage and cost, the request, the result that is kept, and through its analysis the
 * session. Runs inside the transaction that holds the batch and has these requests locked.
 */
export async function recordAnswers(
  ctx: Context,
  tx: Transaction,
  batchId: string,
  answered: readonly Answered[],
  price: Price,
): Promise<void> {
  if (answered.length === 0) return;
  const at = ctx.clock.now();
  await completeRequests(tx, { batchId, answered, price, at });
  const sessions = await lockSessions(
    tx,
    answered.map(({ request }) => request.sessionId),
  );
  const analysed = new Set(sessions.flatMap(({ id, analysed }) => (analysed ? [id] : [])));
  const newest = await keepNewest(tx, answered, analysed);
  for (const name of new Set(newest.map(({ request }) => request.processingType))) {
    const answers = newest
      .filter(({ request }) => request.processingType === name)
      .map(({ request: { companyId, sessionId, questionIds }, answer }) => {
        return { companyId, sessionId, questionIds, answer, replaces: analysed.has(sessionId) };
      });
    await requireAnalysis(name).apply(tx, answers, { at, newId: ctx.newId });
    if (name === DEFAULT_ANALYSIS.name) await askForTopics(ctx, tx, answers, at);
  }
  const isApplied = new Set(newest.map(({ request }) => request.id));
  const results = answered.map(({ request, answer }) => {
    const { id, attempt, sessionId } = request;
    return { requestId: id, attempt, answer, isApplied: isApplied.has(id), replaces: analysed.has(sessionId) };
  });
  await keepResults(tx, results, at);
  const names = new Map(sessions.map(({ id, externalSessionId }) => [id, externalSessionId]));
  for (const { request } of answered) {
    const { id: requestId, sessionId, attempt } = request;
    const externalSessionId = names.get(sessionId) ?? null;
    ctx.log.debug({ event: "request.complete", requestId, sessionId, externalSessionId, batchId, attempt });
  }
}

interface Completed {
  batchId: string;
  answered: readonly Answered[];
  price: Price;
  at: Date;
}

async function completeRequests(tx: Transaction, { batchId, answered, price, at }: Completed): Promise<void> {
  const rows = answered.map(({ request, line }) => ({
    id: request.id,
    attempt: request.attempt,
    openaiRequestId: line.providerRequestId,
    serviceTier: line.serviceTier,
    systemFingerprint: line.systemFingerprint,
    ...line.usage,
  }));
  const [input, cached, output] = price.eurPerToken;
  await COMPLETE.run(tx, {
    answers: JSON.stringify(rows),
    batchId,
    now: at,
    pricingId: price.pricingId,
    input,
    cached,
    output,
  });
}

/** The version is that of the prompt that was sent: whoever collects may have come to another one since. */
const COMPLETE = statement({
  sql: `WITH a AS (
       SELECT * FROM json_to_recordset($1::json) AS a("id" text, "attempt" int, "openaiRequestId" text, "serviceTier" text, "systemFingerprint" text, "promptTokens" int,
         "completionTokens" int, "totalTokens" int, "cachedTokens" int, "cacheWriteTokens" int,
         "reasoningTokens" int, "audioTokensPrompt" int, "audioTokensCompletion" int, "acceptedPredictionTokens" int,
         "rejectedPredictionTokens" int) CROSS JOIN ${PRICED.source(5)}
     ), noted AS (
       INSERT INTO "AIRequestAttempt" ("requestId", "attempt", "batchId", "outcome", "promptTokens", "cachedTokens",
         "cacheWriteTokens", "completionTokens", "reasoningTokens", "totalTokens", "pricingId", "costEur", "createdAt")
       SELECT "id", "attempt", $2, 'APPLIED', "promptTokens", "cachedTokens", "cacheWriteTokens", "completionTokens",
              "reasoningTokens", "totalTokens", $4, ${PRICED.total}, $3
         FROM a
     )
     UPDATE "AIProcessingRequest" r
        SET "processingStatus" = 'PROCESSING_COMPLETE', "success" = true, "completedAt" = $3,
            "errorCode" = NULL, "errorMessage" = NULL, "notBefore" = NULL,
            "analysisVersion" = ((SELECT "analysisVersions" FROM "AIBatchRequest" WHERE "id" = $2)
                                 ->> r."processingType")::int,
            "openaiRequestId" = a."openaiRequestId", "serviceTier" = a."serviceTier", "systemFingerprint" = a."systemFingerprint",
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
  params: {
    answers: json<unknown>(),
    batchId: text,
    now: timestamp,
    pricingId: nullable(text),
    input: numeric,
    cached: numeric,
    output: numeric,
  },
});

/**
 * Leaves out answers whose session already has one to a newer request of the same analysis, about the same questions. There can be one only where a
 * session was analysed before, or has two answers here; all others are not looked for.
 */
async function keepNewest(
  tx: Transaction,
  answered: readonly Answered[],
  analysed: ReadonlySet<string>,
): Promise<Answered[]> {
  const bySession = Map.groupBy(answered, ({ request }) => request.sessionId);
  const inQuestion = [...bySession].filter(([id, answers]) => analysed.has(id) || answers.length > 1);
  if (inQuestion.length === 0) return [...answered];
  const ids = inQuestion.flatMap(([, answers]) => answers.map(({ request }) => request.id));
  const outdated = new Set((await FIND_OUTDATED.rows(tx, { ids })).map(({ id }) => id));
  return answered.filter(({ request }) => !outdated.has(request.id));
}

// OFFSET 0 keeps the other requests of a session a lookup of its own: joined, they would be found by their status,
// and all requests that are complete read once for each session.
const FIND_OUTDATED = statement({
  sql: `SELECT r."id" FROM unnest($1::text[]) AS wanted("id")
      CROSS JOIN LATERAL (SELECT * FROM "AIProcessingRequest" WHERE "id" = wanted."id" LIMIT 1) r
      WHERE EXISTS (
        SELECT 1 FROM (SELECT * FROM "AIProcessingRequest" WHERE "sessionId" = r."sessionId" OFFSET 0) newer
         WHERE newer."processingType" = r."processingType" AND newer."processingStatus" = 'PROCESSING_COMPLETE'
           AND newer."questionIds" IS NOT DISTINCT FROM r."questionIds"
           AND (newer."requestedAt", newer."id") > (r."requestedAt", r."id"))`,
  params: { ids: arrayOf(text) },
  row: { id: text },
});
