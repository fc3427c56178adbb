import { z } from "zod";
import { notFound, RefusedError } from "../../api/errors.ts";
import { audit, defineVerb } from "../../api/verb.ts";
import { PriceTier } from "../../db/generated/enums.ts";
import { inTransaction, type Sql } from "../../db/pool.ts";
import { assertNotPast } from "./assertNotPast.ts";
import { findModel, modelRow } from "./modelRow.ts";
import { currency, decimal, effectiveFrom, modelId } from "./priceFields.ts";

export const addPrice = defineVerb({
  name: "addPrice",
  summary: "Adds a price for a model from a given time. Earlier prices stay.",
  method: "POST",
  path: "/api/admin/legacy/prices",
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
  run: (ctx, { modelId, tier, currency, ...given }) =>
    inTransaction(ctx.db, async (tx) => {
      const now = ctx.clock.now();
      const from = given.effectiveFrom ? new Date(given.effectiveFrom) : now;
      assertNotPast(from, now, await isFirstPrice(tx, modelId, tier));
      await assertRate(tx, currency, from);
      const priceId = ctx.newId();
      const { inputPerMillion, cachedInputPerMillion, outputPerMillion } = given;
      const { rowCount } = await tx.query(
        `INSERT INTO "AIModelPricing" ("id", "aiModelId", "tier", "currency", "inputPerMillion", "cachedInputPerMillion",
           "outputPerMillion", "effectiveFrom") VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT ("aiModelId", "tier", "effectiveFrom") DO NOTHING`,
        [priceId, modelId, tier, currency, inputPerMillion, cachedInputPerMillion, outputPerMillion, from],
      );
      if (!rowCount) throw new RefusedError("conflict", "The model already has a price that starts at this moment.");
      const target = { type: "model", id: modelId };
      const details = { priceId, tier, currency, effectiveFrom: from.toISOString() };
      await audit(ctx, tx, { action: "models.add_price", outcome: "done", target, details });
      return { model: await findModel(tx, modelId, now) };
    }),
});

/** Holds the model until the end: of two that come at once, one is the first. */
async function isFirstPrice(sql: Sql, modelId: string, tier: PriceTier): Promise<boolean> {
  const { rowCount: found } = await sql.query(`SELECT 1 FROM "AIModel" WHERE "id" = $1 FOR UPDATE`, [modelId]);
  if (!found) throw notFound("model");
  const prices = `SELECT 1 FROM "AIModelPricing" WHERE "aiModelId" = $1 AND "tier" = $2 LIMIT 1`;
  return (await sql.query(prices, [modelId, tier])).rowCount === 0;
}

/** Without a rate the price could not be told in euros, and nothing would be charged. */
async function assertRate(sql: Sql, currency: string, at: Date): Promise<void> {
  const { rowCount } = await sql.query(
    `SELECT 1 FROM "ExchangeRate" WHERE "currency" = $1 AND "effectiveFrom" <= $2 LIMIT 1`,
    [currency, at],
  );
  if (rowCount) return;
  const sentence = `currency: ${currency} has no exchange rate at that time. Add one first`;
  throw new RefusedError("invalid_input", `The input is not valid. ${sentence}`);
}
