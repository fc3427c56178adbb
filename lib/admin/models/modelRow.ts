import { z } from "zod";
import { notFound } from "../../api/errors.ts";
import { time } from "../../api/fields.ts";
import { PriceTier } from "../../db/enums.ts";
import type { Sql } from "../../db/pool.ts";
import {
  arrayOf,
  bool,
  known,
  nullable,
  numeric,
  oneOf,
  type RowOf,
  statement,
  text,
  timestamp,
} from "../../db/statement.ts";
import { price } from "./priceFields.ts";

const MOST_PRICES = 100;

export const modelRow = z.object({
  id: z.string(),
  name: z.string(),
  accountId: z.string().meta({ description: "The account that its requests are sent to." }),
  providerName: z.string().nullable().meta({ description: "What it is called there; null: the same." }),
  isActive: z.boolean(),
  createdAt: time,
  prices: z.array(price).meta({ description: `The newest ${MOST_PRICES}, future prices first.` }),
});

/** The columns of a model without its prices, of "AIModel" m. */
export const MODEL_COLUMNS = `m."id", m."name", m."accountId", m."providerName", m."isActive", m."createdAt"`;
export const modelColumns = {
  id: text,
  name: text,
  accountId: text,
  providerName: nullable(text),
  isActive: bool,
  createdAt: timestamp,
};

/**
 * Models with their prices. One is current as lib/costs/price.ts finds it: of those of its tier whose time has come and
 * not gone, the newest.
 */
export async function withPrices(
  sql: Sql,
  models: readonly RowOf<typeof FIND>[],
  now: Date,
): Promise<z.input<typeof modelRow>[]> {
  const rows = await READ_PRICES.rows(sql, { ids: models.map(({ id }) => id), now });
  const byModel = Map.groupBy(rows, (row) => row.aiModelId);
  return models.map((model) => ({ ...model, prices: byModel.get(model.id) ?? [] }));
}

/** @throws RefusedError `not_found` */
export async function findModel(sql: Sql, id: string, now: Date): Promise<z.input<typeof modelRow>> {
  const [model] = await withPrices(sql, await FIND.rows(sql, { id }), now);
  if (!model) throw notFound("model");
  return model;
}

const FIND = statement({
  sql: `SELECT ${MODEL_COLUMNS} FROM "AIModel" m WHERE m."id" = $1`,
  params: { id: text },
  row: modelColumns,
});

const READ_PRICES = statement({
  sql: `SELECT p."aiModelId", p."id", p."tier", p."currency", p."inputPerMillion", p."cachedInputPerMillion",
               p."outputPerMillion", p."effectiveFrom", p."effectiveUntil",
               p."id" IS NOT DISTINCT FROM (
                 SELECT o."id" FROM "AIModelPricing" o
                  WHERE o."aiModelId" = p."aiModelId" AND o."tier" = p."tier" AND o."effectiveFrom" <= $2
                    AND (o."effectiveUntil" IS NULL OR o."effectiveUntil" > $2)
                  ORDER BY o."effectiveFrom" DESC LIMIT 1) AS "isCurrent"
          FROM unnest($1::text[]) wanted("id") CROSS JOIN LATERAL (
            SELECT * FROM "AIModelPricing" WHERE "aiModelId" = wanted."id"
             ORDER BY "effectiveFrom" DESC, "tier" LIMIT ${MOST_PRICES}) p
         ORDER BY p."effectiveFrom" DESC, p."tier"`,
  params: { ids: arrayOf(text), now: timestamp },
  row: {
    aiModelId: text,
    id: text,
    tier: oneOf("PriceTier", PriceTier),
    currency: text,
    inputPerMillion: numeric,
    cachedInputPerMillion: numeric,
    outputPerMillion: numeric,
    effectiveFrom: timestamp,
    effectiveUntil: nullable(timestamp),
    isCurrent: known(bool),
  },
});
