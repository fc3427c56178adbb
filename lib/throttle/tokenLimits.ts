import { OVER } from "../batches/states.ts";
import type { Context } from "../context.ts";
import type { Sql } from "../db/pool.ts";
import { arrayOf, double, known, nullable, statement, text, timestamp } from "../db/statement.ts";

/** How far the token budget of a model is used. */
export interface TokenLimit {
  model: string;
  /** Input tokens that may wait at the provider at once, and that do, by the estimate. */
  tokens: number;
  inFlight: number;
  /** The mean of what is in flight; null where nothing is. */
  tokensPerLine: number | null;
  /** After a refusal: nothing of the model is claimed before. */
  restsUntil: Date | null;
}

/** Of every model of which a limit is known. */
export async function readLimits(ctx: Context, sql: Sql): Promise<TokenLimit[]> {
  const configured = ctx.config.BATCH_TOKEN_BUDGETS;
  const rows = await LIST.rows(sql, { configured: [...configured.keys()] });
  return rows.map(({ model, learned, notBefore, inFlight, lines }) => ({
    model,
    tokens: Math.floor(
      Math.min(learned ?? Number.POSITIVE_INFINITY, configured.get(model) ?? Number.POSITIVE_INFINITY),
    ),
    inFlight,
    tokensPerLine: lines > 0 ? Math.max(1, inFlight / lines) : null,
    restsUntil: notBefore && notBefore > ctx.clock.now() ? notBefore : null,
  }));
}

const LIST = statement({
  sql: `SELECT m."model", b."enqueuedLimit"::float8 * b."safety" AS "learned", b."notBefore", f."inFlight", f."lines"
          FROM (SELECT "model" FROM "ModelBudget" UNION SELECT unnest($1::text[])) m
          LEFT JOIN "ModelBudget" b ON b."model" = m."model"
         CROSS JOIN LATERAL (
           SELECT COALESCE(sum("estimatedTokens"), 0)::float8 AS "inFlight",
                  COALESCE(sum("requestCount"), 0)::float8 AS "lines"
             FROM "AIBatchRequest" WHERE "model" = m."model" AND "status" NOT IN ${OVER}) f
         ORDER BY m."model"`,
  params: { configured: arrayOf(text) },
  row: {
    model: known(text),
    learned: nullable(double),
    notBefore: nullable(timestamp),
    inFlight: known(double),
    lines: known(double),
  },
});
