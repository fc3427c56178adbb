import type { Context } from "../context.ts";
import type { Sql, Transaction } from "../db/pool.ts";
import type { Batch } from "./batch.ts";
import { OVER } from "./batch.ts";

/** Bytes of an input file for a token, before past results have taught better. */
const BYTES_PER_TOKEN = 4;
/** So many of the newest batches teach how far the estimate is off. */
const CALIBRATION_BATCHES = 20;
/** What is left of a budget when the provider refuses what should have fitted, or does not say how much fits. */
const LOWERED = 0.8;
const LOWEST_SAFETY = 0.1;

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
  const { rows } = await sql.query<{ tokensPerByte: number | null; batches: number; meanError: number | null }>(
    `SELECT sum("promptTokens")::float8 / NULLIF(sum("byteSize"), 0)::float8 AS "tokensPerByte",
            count(*)::int AS "batches",
            avg(abs("estimatedTokens" - "promptTokens")::float8 / NULLIF("promptTokens", 0))::float8 AS "meanError"
       FROM (SELECT "promptTokens", "byteSize", "estimatedTokens" FROM "AIBatchRequest"
              WHERE "model" = $1 AND "status" = 'PROCESSED' AND "appliedCount" = "requestCount" AND "promptTokens" > 0
              ORDER BY "processedAt" DESC LIMIT $2) newest`,
    [model, CALIBRATION_BATCHES],
  );
  const learned = rows[0];
  return {
    tokensPerByte: learned?.tokensPerByte ?? 1 / BYTES_PER_TOKEN,
    batches: learned?.batches ?? 0,
    meanError: learned?.meanError ?? null,
  };
}

/** What may still be enqueued of a model. */
export interface Room {
  /** Bytes of input that fit, by the estimate. */
  bytes: number;
  /** Whether nothing of the model waits at the provider: then one request may go, however large it seems. */
  nothingInFlight: boolean;
}

/**
 * The room that a model's budget leaves, or undefined where no budget is known. Holds claims of the model in other
 * transactions until this one ends, so that two cannot take the same room.
 */
export async function findRoom(
  ctx: Context,
  tx: Transaction,
  model: string,
  tokensPerByte: number,
): Promise<Room | undefined> {
  const { rows } = await tx.query<{ limit: string; safety: number }>(
    `SELECT "enqueuedLimit"::text AS "limit", "safety" FROM "ModelBudget" WHERE "model" = $1`,
    [model],
  );
  const learned = rows[0] ? Number(rows[0].limit) * rows[0].safety : Number.POSITIVE_INFINITY;
  const limit = Math.min(learned, ctx.config.BATCH_TOKEN_BUDGETS.get(model) ?? Number.POSITIVE_INFINITY);
  if (limit === Number.POSITIVE_INFINITY) return undefined;
  await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('token-budget/' || $1, 0))`, [model]);
  const inFlight = await tokensInFlight(tx, model);
  return { bytes: Math.max(0, limit - inFlight) / tokensPerByte, nothingInFlight: inFlight === 0 };
}

/** Takes over the limit that a refusal names; where it names none, or is tighter than it says, leaves more room. */
export async function learnLimit(ctx: Context, sql: Sql, batch: Batch, message: string): Promise<void> {
  const inFlight = await tokensInFlight(sql, batch.model);
  const named = Number(/limit:\s*([\d,]+)/i.exec(message)?.[1]?.replaceAll(",", "") ?? Number.NaN);
  const limit = Number.isSafeInteger(named) && named > 0 ? named : Math.max(1, Math.floor(inFlight * LOWERED));
  const { rows } = await sql.query<{ safety: number }>(
    `INSERT INTO "ModelBudget" ("model", "enqueuedLimit", "safety", "learnedAt") VALUES ($1, $2, $6, $3)
     ON CONFLICT ("model") DO UPDATE
        SET "enqueuedLimit" = $2, "learnedAt" = $3,
            "safety" = CASE WHEN $4 <= $2 * "ModelBudget"."safety"
                       THEN GREATEST($5, "ModelBudget"."safety" * $7) ELSE "ModelBudget"."safety" END
     RETURNING "safety"`,
    [batch.model, limit, ctx.clock.now(), inFlight, LOWEST_SAFETY, inFlight <= limit ? LOWERED : 1, LOWERED],
  );
  const { model, id: batchId } = batch;
  ctx.log.warn({
    event: "budget.learned",
    batchId,
    model,
    limit,
    safety: rows[0]?.safety,
    estimatedInFlight: inFlight,
  });
}

async function tokensInFlight(sql: Sql, model: string): Promise<number> {
  const { rows } = await sql.query<{ tokens: number }>(
    `SELECT COALESCE(sum("estimatedTokens"), 0)::float8 AS "tokens" FROM "AIBatchRequest"
      WHERE "model" = $1 AND "status" NOT IN ${OVER}`,
    [model],
  );
  return rows[0]?.tokens ?? 0;
}
