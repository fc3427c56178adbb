import { z } from "zod";
import { decodeCursor, encodeCursor } from "../../api/cursor.ts";
import { cursor, id, moment, nextCursor, pageSize } from "../../api/fields.ts";
import { defineOperation } from "../../api/operation.ts";
import { bigint, nullable, statement, text, timestamp } from "../../db/statement.ts";
import { currency, exchangeRate, exchangeRateColumns, selectExchangeRate } from "./priceFields.ts";

const position = z.tuple([moment, id]);

export const listExchangeRates = defineOperation({
  name: "listExchangeRates",
  summary: "Lists the value of each currency in euros, newest first, including future rates.",
  method: "GET",
  path: "/api/admin/exchange-rates",
  permission: "models.read",
  input: z.strictObject({ currency: currency.optional(), limit: pageSize, cursor }),
  example: { currency: "USD", limit: 50 },
  output: z.object({ exchangeRates: z.array(exchangeRate), nextCursor }),
  run: async (ctx, { currency, limit, cursor }) => {
    const query = { list: "exchange-rates", currency };
    const [from, id] = cursor ? decodeCursor(query, cursor, position) : [null, null];
    const rows = await LIST.rows(ctx.db, {
      now: ctx.clock.now(),
      currency: currency ?? null,
      from: from === null ? null : new Date(from),
      id,
      limit: limit + 1,
    });
    const exchangeRates = rows.slice(0, limit);
    const last = rows.length > limit ? exchangeRates.at(-1) : undefined;
    const nextCursor = last ? encodeCursor(query, [last.effectiveFrom.toISOString(), last.id]) : null;
    return { exchangeRates, nextCursor };
  },
});

const LIST = statement({
  sql: `SELECT ${selectExchangeRate("$1")} FROM "ExchangeRate" r
         WHERE ($2::text IS NULL OR r."currency" = $2)
           AND ($3::timestamptz IS NULL OR (r."effectiveFrom", r."id") < ($3, $4))
         ORDER BY r."effectiveFrom" DESC, r."id" DESC LIMIT $5`,
  params: { now: timestamp, currency: nullable(text), from: nullable(timestamp), id: nullable(text), limit: bigint },
  row: exchangeRateColumns,
});
