import { z } from "zod";
import { moment, time } from "../../api/fields.ts";
import { PriceTier } from "../../db/enums.ts";
import { bool, known, numeric, text, timestamp } from "../../db/statement.ts";

/** The models that LiveDash came with have dots in their ids. */
export const modelId = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[\w.-]+$/, { error: "is not an id" });

export const currency = z.string().regex(/^[A-Z]{3}$/, { error: "is not an ISO 4217 currency code such as USD" });

/** As the database keeps it, exactly: DECIMAL(14, 6). */
export const decimal = z.string().regex(/^\d{1,8}(\.\d{1,6})?$/, {
  error: "must be a decimal number with at most 8 digits before and 6 after the decimal point",
});

/** Something that holds from a moment on; left out, from now on. */
export const effectiveFrom = moment.optional().meta({ description: "Must not be in the past. Default: now." });

export const price = z.object({
  id: z.string(),
  tier: z.enum(PriceTier),
  currency: z.string(),
  inputPerMillion: z.string(),
  cachedInputPerMillion: z.string(),
  outputPerMillion: z.string(),
  effectiveFrom: time,
  effectiveUntil: time.nullable(),
  isCurrent: z.boolean().meta({ description: "Whether it applies now." }),
});

export const exchangeRate = z.object({
  id: z.string(),
  currency: z.string(),
  eurPerUnit: z.string(),
  effectiveFrom: time,
  isCurrent: z.boolean(),
});

/** Selects an exchange rate, of "ExchangeRate" r. `now` stands for the time in the SQL. */
export function selectExchangeRate(now: string): string {
  return `r."id", r."currency", r."eurPerUnit", r."effectiveFrom", r."effectiveFrom" <= ${now} AND NOT EXISTS (
    SELECT 1 FROM "ExchangeRate" o WHERE o."currency" = r."currency" AND o."effectiveFrom" > r."effectiveFrom"
       AND o."effectiveFrom" <= ${now}) AS "isCurrent"`;
}

/** What that selects. */
export const exchangeRateColumns = {
  id: text,
  currency: text,
  eurPerUnit: numeric,
  effectiveFrom: timestamp,
  isCurrent: known(bool),
};
