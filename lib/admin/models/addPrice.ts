import { z } from "zod";
import { notFound, RefusedError } from "../../api/errors.ts";
import { audit, defineOperation } from "../../api/operation.ts";
import { PriceTier } from "../../db/enums.ts";
import { inTransaction, type Transaction } from "../../db/pool.ts";
import { numeric, oneOf, statement, text, timestamp } from "../../db/statement.ts";
import { assertNotPast } from "./assertNotPast.ts";
import { findModel, modelRow } from "./modelRow.ts";
import { currency, decimal, effectiveFrom, modelId } from "./priceFields.ts";

export const addPrice = defineOperation({
  name: "addPrice",
  summary: "Adds a price for a model from a given time. Earlier prices stay.",
  method: "POST",
  path: "/api/admin/prices",
  permission: "models.write",
  confirmed: "not needed",
  input: z.strictObject({
    modelId,
    tier: z.enum(PriceTier),
    currency: currency.default("USD"),
    inputPerMillion: decimal.meta({ description: "Per million tokens." }),
    cachedInputPerMillion: decimal,
    outputPerMillion: decimal,
    effectiveFrom,
  }),
  example: {
    modelId: "model_id_1",
    tier: "BATCH",
    currency: "USD",
    inputPerMillion: "0.05",
    cachedInputPerMillion: "0.005",
    outputPerMillion: "0.25",
    effectiveFrom: "2027-01-01T00:00:00Z",
  },
  output: z.object({ model: modelRow }),
  run: (ctx, { modelId, tier, currency, effectiveFrom, ...prices }) =>
    inTransaction(ctx.db, async (tx) => {
      const now = ctx.clock.now();
      const from = effectiveFrom ? new Date(effectiveFrom) : now;
      assertNotPast(from, now, await isFirstPrice(tx, modelId, tier));
      if (!(await FIND_RATE.run(tx, { currency, at: from }))) throw new RefusedError("invalid_input", noRate(currency));
      const priceId = ctx.newId();
      const inserted = await INSERT.run(tx, { priceId, modelId, tier, currency, ...prices, from });
      if (!inserted) throw new RefusedError("conflict", "The model already has a price that starts at this moment.");
      const target = { type: "model", id: modelId };
      const details = { priceId, tier, currency, effectiveFrom: from.toISOString() };
      await audit(ctx, tx, { action: "models.add_price", outcome: "done", target, details });
      return { model: await findModel(tx, modelId, now) };
    }),
});

/** Holds the model until the end: of two that come at once, one is the first. */
async function isFirstPrice(tx: Transaction, modelId: string, tier: PriceTier): Promise<boolean> {
  if (!(await LOCK_MODEL.run(tx, { modelId }))) throw notFound("model");
  return !(await FIND_PRICE.run(tx, { modelId, tier }));
}

/** Without a rate the price could not be told in euros, and nothing would be charged. */
const noRate = (currency: string) =>
  `The input is not valid. currency: ${currency} has no exchange rate at that time. Add one first`;

const LOCK_MODEL = statement({
  sql: `SELECT 1 FROM "AIModel" WHERE "id" = $1 FOR UPDATE`,
  params: { modelId: text },
});

const FIND_PRICE = statement({
  sql: `SELECT 1 FROM "AIModelPricing" WHERE "aiModelId" = $1 AND "tier" = $2 LIMIT 1`,
  params: { modelId: text, tier: oneOf("PriceTier", PriceTier) },
});

const FIND_RATE = statement({
  sql: `SELECT 1 FROM "ExchangeRate" WHERE "currency" = $1 AND "effectiveFrom" <= $2 LIMIT 1`,
  params: { currency: text, at: timestamp },
});

const INSERT = statement({
  sql: `INSERT INTO "AIModelPricing" ("id", "aiModelId", "tier", "currency", "inputPerMillion", "cachedInputPerMillion",
          "outputPerMillion", "effectiveFrom") VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT ("aiModelId", "tier", "effectiveFrom") DO NOTHING`,
  params: {
    priceId: text,
    modelId: text,
    tier: oneOf("PriceTier", PriceTier),
    currency: text,
    inputPerMillion: numeric,
    cachedInputPerMillion: numeric,
    outputPerMillion: numeric,
    from: timestamp,
  },
});
