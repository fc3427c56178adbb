import { z } from "zod";
import { euros, time } from "../../api/fields.ts";
import type { Sql } from "../../db/pool.ts";
import { double, known, numeric, statement, timestamp } from "../../db/statement.ts";

const DAY_MS = 86_400_000;

export const spend = z.object({
  since: time.meta({ description: "Days start at midnight UTC." }),
  lines: z.number().int().nonnegative(),
  costEur: euros,
  savedEur: euros.meta({ description: "Compared with the synchronous price, for lines whose model has one." }),
  linesWithoutSyncPrice: z.number().int().nonnegative(),
  linesWithoutUsage: z
    .number()
    .int()
    .nonnegative()
    .meta({ description: "In addition to those lines: they ran without reporting their tokens." }),
});

/** What was spent today, and what the same tokens would have cost besides, at the prices and rates of their hour. */
export async function readSpend(sql: Sql, now: Date): Promise<z.input<typeof spend>> {
  const since = new Date(Math.floor(now.getTime() / DAY_MS) * DAY_MS);
  return { since, ...(await SUM_UP.one(sql, { since })) };
}

const SUM_UP = statement({
  sql: `
     WITH spent AS (
       SELECT "hour", "model", sum("lines") AS "lines", sum("linesWithoutUsage") AS "linesWithoutUsage", sum("promptTokens") AS "promptTokens",
              sum("cachedTokens") AS "cachedTokens", sum("completionTokens") AS "completionTokens",
              sum("costEur") AS "costEur"
         FROM "SpendHour" WHERE "hour" >= $1 GROUP BY "hour", "model"
     )
     SELECT COALESCE(sum("lines"), 0)::float8 AS "lines", COALESCE(sum("costEur"), 0) AS "costEur",
            COALESCE(sum("syncEur" - "costEur"), 0) AS "savedEur",
            COALESCE(sum("lines") FILTER (WHERE "syncEur" IS NULL), 0)::float8 AS "linesWithoutSyncPrice",
            COALESCE(sum("linesWithoutUsage"), 0)::float8 AS "linesWithoutUsage"
       FROM spent LEFT JOIN LATERAL (
         SELECT ((spent."promptTokens" - spent."cachedTokens") * p."inputPerMillion"
                  + spent."cachedTokens" * p."cachedInputPerMillion"
                  + spent."completionTokens" * p."outputPerMillion") * rate."eurPerUnit" / 1000000 AS "syncEur"
           FROM "AIModelPricing" p
           JOIN "AIModel" m ON m."id" = p."aiModelId"
           JOIN LATERAL (SELECT "eurPerUnit" FROM "ExchangeRate"
                          WHERE "currency" = p."currency" AND "effectiveFrom" <= spent."hour"
                          ORDER BY "effectiveFrom" DESC LIMIT 1) rate ON true
          WHERE m."name" = spent."model" AND p."tier" = 'SYNC' AND p."effectiveFrom" <= spent."hour"
            AND (p."effectiveUntil" IS NULL OR p."effectiveUntil" > spent."hour")
          ORDER BY p."effectiveFrom" DESC LIMIT 1) sync ON true`,
  params: { since: timestamp },
  row: {
    lines: known(double),
    costEur: known(numeric),
    savedEur: known(numeric),
    linesWithoutSyncPrice: known(double),
    linesWithoutUsage: known(double),
  },
});
