import type { Context } from "../context.ts";
import type { Sql } from "../db/pool.ts";
import { bigint, double, int, known, nullable, numeric, statement, text, timestamp } from "../db/statement.ts";

/** What a token costs in euros, as exact decimals: input, cached input, output. */
export interface Price {
  /** The dated row it comes from; null if no price is known for that model and day: then nothing is charged. */
  pricingId: string | null;
  eurPerToken: [input: string, cachedInput: string, output: string];
}

/** The batch price of a model at a time, converted with the rate of that time. */
export async function findPrice(sql: Sql, model: string, at: Date): Promise<Price> {
  const row = await FIND.first(sql, { model, at });
  if (!row) return NO_PRICE;
  return { pricingId: row.id, eurPerToken: [row.input, row.cached, row.output] };
}

const FIND = statement({
  sql: `SELECT p."id",
               p."inputPerMillion" * rate."eurPerUnit" / 1000000 AS "input",
               p."cachedInputPerMillion" * rate."eurPerUnit" / 1000000 AS "cached",
               p."outputPerMillion" * rate."eurPerUnit" / 1000000 AS "output"
          FROM "AIModelPricing" p
          JOIN "AIModel" m ON m."id" = p."aiModelId"
          JOIN LATERAL (SELECT "eurPerUnit" FROM "ExchangeRate"
                         WHERE "currency" = p."currency" AND "effectiveFrom" <= $2
                         ORDER BY "effectiveFrom" DESC LIMIT 1) rate ON true
         WHERE m."name" = $1 AND p."tier" = 'BATCH' AND p."effectiveFrom" <= $2
           AND (p."effectiveUntil" IS NULL OR p."effectiveUntil" > $2)
         ORDER BY p."effectiveFrom" DESC LIMIT 1`,
  params: { model: text, at: timestamp },
  row: { id: text, input: known(numeric), cached: known(numeric), output: known(numeric) },
});

const WEEK_MS = 7 * 86_400_000;
/** What the column of an estimate holds: an absurd report of usage must not keep batches from being made. */
const HIGHEST_ESTIMATE = 99_999_999;

/**
 * What a batch will probably cost, in euros: its input as estimated, and for each line as much output as the model gave
 * in the last week. Null where no price is known.
 * @param usualOutput tokens of output for a line where it gave none
 */
export async function estimateCost(
  ctx: Context,
  sql: Sql,
  model: string,
  inputTokens: number,
  lines: number,
  usualOutput = 0,
): Promise<string | null> {
  const { pricingId, eurPerToken } = await findPrice(sql, model, ctx.clock.now());
  if (pricingId === null) return null;
  const [input, , output] = eurPerToken;
  const since = new Date(ctx.clock.now().getTime() - WEEK_MS);
  const given = { inputTokens, input, lines, output, model, since, usualOutput };
  return (await ESTIMATE.first(sql, given))?.cost ?? null;
}

const ESTIMATE = statement({
  sql: `SELECT LEAST(${HIGHEST_ESTIMATE}::numeric, $1::bigint * $2::numeric
                 + $3::int * COALESCE(sum("completionTokens") / NULLIF(sum("lines"), 0), $7::int) * $4::numeric) AS "cost"
          FROM "SpendHour" WHERE "model" = $5 AND "hour" > $6`,
  params: {
    inputTokens: bigint,
    input: numeric,
    lines: int,
    output: numeric,
    model: text,
    since: timestamp,
    usualOutput: int,
  },
  row: { cost: known(numeric) },
});

/** What so many lines will probably cost, in euros: as lines did until now, else as was thought of them. Null if nobody knows. */
export async function costOfLines(sql: Sql, lines: number): Promise<number | null> {
  const perLine = (await PER_LINE.first(sql, {}))?.perLine ?? null;
  return perLine === null ? null : perLine * lines;
}

const PER_LINE = statement({
  sql: `SELECT COALESCE(
          (SELECT sum("costEur") / NULLIF(sum("lines"), 0) FROM "SpendHour" WHERE "costEur" > 0),
          (SELECT sum("estimatedCostEur") / NULLIF(sum("requestCount"), 0) FROM "AIBatchRequest"
            WHERE "estimatedCostEur" IS NOT NULL))::float8 AS "perLine"`,
  row: { perLine: nullable(double) },
});

/** What a line of each model costs, in euros, by the lines of a week, or else by what its batches were thought to cost. */
export async function readCostPerLine(ctx: Context, sql: Sql): Promise<ReadonlyMap<string, number>> {
  const rows = await PER_LINE_BY_MODEL.rows(sql, { since: new Date(ctx.clock.now().getTime() - WEEK_MS) });
  return new Map(rows.map(({ model, perLine }) => [model, perLine]));
}

const PER_LINE_BY_MODEL = statement({
  sql: `WITH spent AS (
          SELECT "model", sum("costEur") / NULLIF(sum("lines"), 0) AS "perLine" FROM "SpendHour"
           WHERE "hour" > $1 GROUP BY "model" HAVING sum("costEur") > 0
        ), thought AS (
          SELECT m."name" AS "model", b."perLine" FROM "AIModel" m CROSS JOIN LATERAL (
            SELECT sum("estimatedCostEur") / NULLIF(sum("requestCount"), 0) AS "perLine" FROM (
              SELECT "estimatedCostEur", "requestCount" FROM "AIBatchRequest"
               WHERE "model" = m."name" AND "estimatedCostEur" > 0 ORDER BY "createdAt" DESC LIMIT 20) newest) b
        )
        SELECT "model", COALESCE(spent."perLine", thought."perLine")::float8 AS "perLine"
          FROM spent FULL JOIN thought USING ("model") WHERE COALESCE(spent."perLine", thought."perLine") IS NOT NULL`,
  params: { since: timestamp },
  row: { model: known(text), perLine: known(double) },
});

/** What requests to these models will probably cost if each gets one more line, as a decimal; null if nobody knows. */
export function estimateRequeue(
  perLine: ReadonlyMap<string, number>,
  models: readonly { model: string; count: number }[],
): string | null {
  let sum = 0;
  for (const { model, count } of models) {
    const cost = perLine.get(model);
    if (cost === undefined) return null;
    sum += cost * count;
  }
  return sum.toFixed(6);
}

const PROMPT = `GREATEST(COALESCE("promptTokens", 0) - COALESCE("cachedTokens", 0), 0) * "eurInput"
           + COALESCE("cachedTokens", 0) * "eurCached"`;
const COMPLETION = `COALESCE("completionTokens", 0) * "eurOutput"`;

/** SQL that turns the columns "promptTokens", "cachedTokens" and "completionTokens" into exact euros, as far as known. */
export const PRICED = {
  /** A row source with the price, bound to three parameters from this number on. */
  source: (parameter: number) =>
    `(SELECT $${parameter}::numeric AS "eurInput", $${parameter + 1}::numeric AS "eurCached",
             $${parameter + 2}::numeric AS "eurOutput") AS price`,
  prompt: `(${PROMPT})`,
  completion: `(${COMPLETION})`,
  total: `(${PROMPT} + ${COMPLETION})`,
};

/** For attempts of which nothing was run. */
export const NO_PRICE: Price = { pricingId: null, eurPerToken: ["0", "0", "0"] };
