import type { Batch } from "../batches/batch.ts";
import { OVER } from "../batches/states.ts";
import { after } from "../clock.ts";
import type { Context } from "../context.ts";
import type { Sql, Transaction } from "../db/pool.ts";
import { bigint, bool, double, int, known, nullable, statement, text, timestamp } from "../db/statement.ts";
import { retryDelay } from "../retryDelay.ts";

/** Bytes of an input file for a token, before past results have taught better. */
const BYTES_PER_TOKEN = 4;
/** So many of the newest batches teach how far the estimate is off. */
const CALIBRATION_BATCHES = 20;
/** What is left of a budget when the provider refuses what should have fitted, or does not say how much fits. */
const LOWERED = 0.8;
const LOWEST_SAFETY = 0.1;
const RAISED = 1.1;
/** The account may have been given more since: from then on a limit that the provider named grows too, until it refuses. */
const NAMED_LIMIT_HOLDS_MS = 86_400_000;
const HIGHEST_LIMIT = 1e15;
/** What a byte can be billed at, whatever the provider reports. */
const FEWEST_TOKENS_PER_BYTE = 0.01;
const MOST_TOKENS_PER_BYTE = 2;

/** How tokens are estimated for a model. */
export interface Calibration {
  tokensPerByte: number;
  /** Batches that it was learned from; 0: it is a rule of thumb. */
  batches: number;
  /** Mean of |estimate - billed| / billed over those batches; null without any. */
  meanError: number | null;
}

/** Learns from the input tokens that were billed for the newest batches whose every line ran. */
export async function calibrate(sql: Sql, model: string): Promise<Calibration> {
  const learned = await CALIBRATE.first(sql, { model });
  const tokensPerByte = learned?.tokensPerByte ?? 1 / BYTES_PER_TOKEN;
  return {
    tokensPerByte: Math.min(MOST_TOKENS_PER_BYTE, Math.max(FEWEST_TOKENS_PER_BYTE, tokensPerByte)),
    batches: learned?.batches ?? 0,
    meanError: learned?.meanError ?? null,
  };
}

const CALIBRATE = statement({
  sql: `SELECT sum("promptTokens")::float8 / NULLIF(sum("byteSize"), 0)::float8 AS "tokensPerByte",
               count(*)::int AS "batches",
               avg(abs("estimatedTokens" - "promptTokens")::float8 / NULLIF("promptTokens", 0))::float8 AS "meanError"
          FROM (SELECT "promptTokens", "byteSize", "estimatedTokens" FROM "AIBatchRequest"
                 WHERE "model" = $1 AND "status" = 'PROCESSED' AND "appliedCount" = "requestCount" AND "promptTokens" > 0
                   AND COALESCE("linesWithoutUsage", 0) = 0
                 ORDER BY "processedAt" DESC LIMIT ${CALIBRATION_BATCHES}) newest`,
  params: { model: text },
  row: { tokensPerByte: nullable(double), batches: known(int), meanError: nullable(double) },
});

/** What may still be enqueued of a model. */
export interface Room {
  /** Bytes of input that fit, by the estimate. */
  bytes: number;
  /** Whether nothing of the model waits at the provider: then one request may go, however large it seems. */
  nothingInFlight: boolean;
}

/** The room that a model's budget leaves for this transaction's claim, or undefined where no budget is known. */
export async function findRoom(
  ctx: Context,
  tx: Transaction,
  model: string,
  tokensPerByte: number,
): Promise<Room | undefined> {
  const known = await READ.first(tx, { model });
  const learned = known ? Number(known.limit) * known.safety : Number.POSITIVE_INFINITY;
  const limit = Math.min(learned, ctx.config.BATCH_TOKEN_BUDGETS.get(model) ?? Number.POSITIVE_INFINITY);
  if (limit === Number.POSITIVE_INFINITY) return undefined;
  const refused = known?.notBefore && known.notBefore > ctx.clock.now();
  if (refused || !(await lockBudget(tx, model))) return { bytes: 0, nothingInFlight: false };
  const inFlight = await tokensInFlight(tx, model);
  return { bytes: Math.max(0, limit - inFlight) / tokensPerByte, nothingInFlight: inFlight === 0 };
}

const READ = statement({
  sql: `SELECT "enqueuedLimit" AS "limit", "safety", "notBefore" FROM "ModelBudget" WHERE "model" = $1`,
  params: { model: text },
  row: { limit: bigint, safety: double, notBefore: nullable(timestamp) },
});

/** Held until the transaction ends, so that two claims cannot take the same room; who comes second claims next time. */
async function lockBudget(tx: Transaction, model: string): Promise<boolean> {
  return (await LOCK.first(tx, { model }))?.locked ?? false;
}

const LOCK = statement({
  sql: `SELECT pg_try_advisory_xact_lock(hashtextextended('token-budget/' || $1, 0)) AS "locked"`,
  params: { model: text },
  row: { locked: known(bool) },
});

/**
 * Takes over the limit that a refusal names; where it names none, or is tighter than it says, leaves more room. The
 * model rests for a creation interval, and longer with each refusal in a row. Batches that were made before the limit
 * was known are refused because of it, too: they teach nothing but a limit that is named. No limit is below one request:
 * a number that is speaks of something else.
 * @param said the limit that the refusal names, if it does
 */
export async function learnLimit(ctx: Context, tx: Transaction, batch: Batch, said: number | null): Promise<void> {
  const { model, id: batchId } = batch;
  const inFlight = await tokensInFlight(tx, model);
  const ofOneLine = await tokensOfOneLine(tx, batchId);
  const named = said ?? 0;
  const isNamed = named >= ofOneLine;
  const before = await LOCK_KNOWN.first(tx, { model });
  if (before && batch.createdAt <= before.learnedAt) {
    if (isNamed) await NAME.run(tx, { model, limit: named });
    return;
  }
  const limit = isNamed ? named : Math.max(ofOneLine, Math.floor(inFlight * LOWERED));
  const refusals = (before?.refusals ?? 0) + 1;
  const shouldHaveFitted = isNamed && inFlight <= limit * (before?.safety ?? 1);
  const safety = Math.max(LOWEST_SAFETY, (before?.safety ?? 1) * (shouldHaveFitted ? LOWERED : 1));
  const notBefore = after(ctx.clock, retryDelay(refusals, ctx.config.BATCH_CREATION_INTERVAL));
  await LEARN.run(tx, { model, limit, isNamed, safety, refusals, notBefore, now: ctx.clock.now() });
  ctx.log.warn({ event: "budget.learned", batchId, model, limit, safety, refusals, estimatedInFlight: inFlight });
}

const LOCK_KNOWN = statement({
  sql: `SELECT "safety", "refusals", "learnedAt" FROM "ModelBudget" WHERE "model" = $1 FOR UPDATE`,
  params: { model: text },
  row: { safety: double, refusals: int, learnedAt: timestamp },
});

const NAME = statement({
  sql: `UPDATE "ModelBudget" SET "enqueuedLimit" = $2, "isNamed" = true WHERE "model" = $1`,
  params: { model: text, limit: bigint },
});

const LEARN = statement({
  sql: `INSERT INTO "ModelBudget" ("model", "enqueuedLimit", "isNamed", "safety", "refusals", "notBefore", "learnedAt")
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT ("model") DO UPDATE
           SET "enqueuedLimit" = $2, "isNamed" = $3, "safety" = $4, "refusals" = $5, "notBefore" = $6, "learnedAt" = $7`,
  params: {
    model: text,
    limit: bigint,
    isNamed: bool,
    safety: double,
    refusals: int,
    notBefore: timestamp,
    now: timestamp,
  },
});

/** By the estimate for this batch; at least 1. */
async function tokensOfOneLine(tx: Transaction, batchId: string): Promise<number> {
  return Math.max(1, (await TOKENS_OF_ONE_LINE.first(tx, { batchId }))?.tokens ?? 1);
}

const TOKENS_OF_ONE_LINE = statement({
  sql: `SELECT ceil("estimatedTokens"::float8 / GREATEST("requestCount", 1)) AS "tokens"
          FROM "AIBatchRequest" WHERE "id" = $1`,
  params: { batchId: text },
  row: { tokens: nullable(double) },
});

/** After a batch went through, what refusals took away grows back, a little each time. */
export async function relaxLimit(ctx: Context, sql: Sql, model: string): Promise<void> {
  await RELAX.run(sql, { model, heldSince: after(ctx.clock, -NAMED_LIMIT_HOLDS_MS) });
}

const RELAX = statement({
  sql: `UPDATE "ModelBudget"
           SET "refusals" = 0, "notBefore" = NULL, "safety" = LEAST(1, "safety" * ${RAISED}::float8),
               "enqueuedLimit" = CASE WHEN "isNamed" AND "learnedAt" > $2 THEN "enqueuedLimit"
                                      ELSE LEAST(${HIGHEST_LIMIT}, ceil("enqueuedLimit" * ${RAISED}::float8))::bigint END
         WHERE "model" = $1`,
  params: { model: text, heldSince: timestamp },
});

async function tokensInFlight(sql: Sql, model: string): Promise<number> {
  return (await IN_FLIGHT.first(sql, { model }))?.tokens ?? 0;
}

const IN_FLIGHT = statement({
  sql: `SELECT COALESCE(sum("estimatedTokens"), 0)::float8 AS "tokens" FROM "AIBatchRequest"
         WHERE "model" = $1 AND "status" NOT IN ${OVER}`,
  params: { model: text },
  row: { tokens: known(double) },
});
