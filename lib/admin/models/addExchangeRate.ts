import { z } from "zod";
import { RefusedError } from "../../api/errors.ts";
import { audit, defineOperation } from "../../api/operation.ts";
import { inTransaction } from "../../db/pool.ts";
import { numeric, statement, text, timestamp } from "../../db/statement.ts";
import { assertNotPast } from "./assertNotPast.ts";
import {
  currency,
  decimal,
  effectiveFrom,
  exchangeRate,
  exchangeRateColumns,
  selectExchangeRate,
} from "./priceFields.ts";

export const addExchangeRate = defineOperation({
  name: "addExchangeRate",
  summary: "Adds the value of one unit of a currency in euros from a given time. Earlier rates stay.",
  method: "POST",
  path: "/api/admin/exchange-rates",
  permission: "models.write",
  confirmed: "not needed",
  input: z.strictObject({
    currency: currency.refine((name) => name !== "EUR", { error: "is the base currency and needs no exchange rate" }),
    eurPerUnit: decimal.refine((text) => Number(text) > 0, { error: "must be more than 0" }),
    effectiveFrom,
  }),
  example: { currency: "USD", eurPerUnit: "0.86", effectiveFrom: "2027-01-01T00:00:00Z" },
  output: z.object({ exchangeRate }),
  run: (ctx, { currency, eurPerUnit, effectiveFrom }) =>
    inTransaction(ctx.db, async (tx) => {
      const now = ctx.clock.now();
      const from = effectiveFrom ? new Date(effectiveFrom) : now;
      await TAKE_TURN.run(tx, { currency });
      assertNotPast(from, now, (await FIND_ANY.run(tx, { currency })) === 0);
      const id = ctx.newId();
      const added = await INSERT.first(tx, { id, currency, eurPerUnit, from, now });
      if (!added) throw new RefusedError("conflict", `${currency} already has a rate that starts at this moment.`);
      const target = { type: "exchange_rate", id };
      const details = { currency, effectiveFrom: from.toISOString() };
      await audit(ctx, tx, { action: "models.add_exchange_rate", outcome: "done", target, details });
      return { exchangeRate: added };
    }),
});

/** Of two that come at once, one is the first of its currency. */
const TAKE_TURN = statement({
  sql: "SELECT pg_advisory_xact_lock(hashtextextended('livedash:rate:' || $1, 0))",
  params: { currency: text },
});

const FIND_ANY = statement({
  sql: `SELECT 1 FROM "ExchangeRate" WHERE "currency" = $1 LIMIT 1`,
  params: { currency: text },
});

const INSERT = statement({
  sql: `INSERT INTO "ExchangeRate" AS r ("id", "currency", "eurPerUnit", "effectiveFrom") VALUES ($1, $2, $3, $4)
        ON CONFLICT ("currency", "effectiveFrom") DO NOTHING RETURNING ${selectExchangeRate("$5")}`,
  params: { id: text, currency: text, eurPerUnit: numeric, from: timestamp, now: timestamp },
  row: exchangeRateColumns,
});
