import { z } from "zod";
import { SentimentCategory, SessionCategory } from "../../db/enums.ts";
import { Parameters } from "../../db/parameters.ts";
import type { Tenant } from "../asTenant.ts";
import { COUNTRY, hourIn, IS_EMPTY, type SessionFilter, whereSessions } from "../sessions/filter.ts";
import { RESPONSE_TIME_EDGES, RESPONSE_TIMES } from "../sessions/responseTimes.ts";
import type { Period } from "./period.ts";

const HOURS = Array.from({ length: 24 }, (_, hour) => String(hour));

const count = z.number().int().nonnegative();

/** How many sessions there are, what is known of them, and what their analyses say. */
export const figuresShape = z.object({
  sessions: count,
  analysed: count,
  empty: count.meta({ description: "Sessions in which nothing was written. They are not analysed." }),
  escalated: count,
  forwardedHr: count,
  sentiments: z.record(z.enum(SentimentCategory), count),
  categories: z.record(z.enum(SessionCategory), count),
  languages: z.record(z.string(), count).meta({ description: "Languages that occur, as ISO 639-1 codes." }),
  countries: z.record(z.string(), count).meta({ description: "Countries that occur, as imported, in capitals." }),
  hours: z.record(z.string(), count).meta({
    description: "By the hour of the day they began in, 0 to 23, in the company's time zone.",
  }),
  responseTimes: z
    .record(z.enum(RESPONSE_TIMES), count)
    .meta({ description: "By the average time the user waited for an answer." }),
});

export type Figures = z.output<typeof figuresShape>;
type Kind = keyof Figures;

interface Counted {
  /** From 1, those of the previous period first. */
  part: number;
  kind: Kind;
  value: string;
  count: number;
}

/** What many sessions have in common is counted first, and then by each of its sides. */
const COUNT_BY_SIDE = (alike: Readonly<Record<string, string>>, chosen: string, sides: string) => `
  WITH alike AS (
    SELECT ${Object.entries(alike).map(([name, value]) => `${value} AS "${name}"`)}, count(*) AS "count"
      FROM "Session" s WHERE ${chosen} GROUP BY ${Object.keys(alike).map((_, index) => index + 1)})
  SELECT "part", "kind", "value", sum("count")::float8 AS "count"
    FROM alike CROSS JOIN LATERAL (VALUES ${sides}) AS sides("kind", "value")
   WHERE "value" IS NOT NULL GROUP BY 1, 2, 3`;

const BY_ANALYSIS = {
  sentiment: `s."sentiment"`,
  category: `s."category"`,
  language: `s."language"`,
  escalated: `s."escalated"`,
  forwardedHr: `s."forwardedHr"`,
  analysed: `s."analysedAt" IS NOT NULL`,
  empty: IS_EMPTY,
};
const SIDES_OF_ANALYSIS = `
  ('sessions', ''), ('analysed', CASE WHEN "analysed" THEN '' END), ('empty', CASE WHEN "empty" THEN '' END),
  ('escalated', CASE WHEN "escalated" THEN '' END), ('forwardedHr', CASE WHEN "forwardedHr" THEN '' END),
  ('sentiments', "sentiment"::text), ('categories', "category"::text), ('languages', "language")`;

const BY_CIRCUMSTANCE = {
  country: COUNTRY,
  response: `width_bucket(s."avgResponseTime", '{${RESPONSE_TIME_EDGES.join(",")}}'::float8[])`,
};
const SIDES_OF_CIRCUMSTANCE = `('countries', "country"), ('hours', "hour"::text), ('responseTimes', "response"::text)`;

/** The figures of a period and of each of its parts, and those of the period before. Of the period, the filter has the days. */
export async function countFigures(tenant: Tenant, filter: SessionFilter, period: Period) {
  const count = async (by: Readonly<Record<string, string>>, sides: string, withHour: boolean) => {
    const p = new Parameters();
    const chosen = whereSessions(tenant.company, { ...filter, from: period.previous.from }, p);
    const part = `width_bucket(s."startTime", ${p.add(period.edges)}::timestamptz[])`;
    const alike = { part, ...by, ...(withHour ? { hour: hourIn(tenant.company, p) } : {}) };
    return (await tenant.tx.query<Counted>(COUNT_BY_SIDE(alike, chosen, sides), p.values)).rows;
  };
  // Two passes, for all of it at once would leave few sessions alike.
  const rows = [
    ...(await count(BY_ANALYSIS, SIDES_OF_ANALYSIS, false)),
    ...(await count(BY_CIRCUMSTANCE, SIDES_OF_CIRCUMSTANCE, true)),
  ];
  const byPart = Map.groupBy(rows, ({ part }) => part);
  const before = period.previous.parts.length;
  const figuresOf = (index: number) => toFigures(byPart.get(index + 1) ?? []);
  return {
    totals: toFigures(rows.filter(({ part }) => part > before)),
    parts: period.parts.map((days, index) => ({ ...days, ...figuresOf(before + index) })),
    previous: {
      totals: toFigures(rows.filter(({ part }) => part <= before)),
      parts: period.previous.parts.map((days, index) => ({ ...days, ...figuresOf(index) })),
    },
  };
}

/** Of one part, or the sum of several: every session is in exactly one. */
function toFigures(rows: readonly Counted[]): Figures {
  const sums = new Map<Kind, Map<string, number>>();
  for (const { kind, value, count } of rows) {
    const ofKind = sums.get(kind) ?? new Map<string, number>();
    sums.set(kind, ofKind.set(value, (ofKind.get(value) ?? 0) + count));
  }
  const one = (kind: Kind) => sums.get(kind)?.get("") ?? 0;
  const each = <K extends string>(kind: Kind, keys: readonly K[], nameOf: (key: K, index: number) => string = String) =>
    Object.fromEntries(keys.map((key, index) => [key, sums.get(kind)?.get(nameOf(key, index)) ?? 0])) as Record<
      K,
      number
    >;
  return {
    sessions: one("sessions"),
    analysed: one("analysed"),
    empty: one("empty"),
    escalated: one("escalated"),
    forwardedHr: one("forwardedHr"),
    sentiments: each("sentiments", Object.values(SentimentCategory)),
    categories: each("categories", Object.values(SessionCategory)),
    languages: Object.fromEntries(sums.get("languages") ?? []),
    countries: Object.fromEntries(sums.get("countries") ?? []),
    hours: each("hours", HOURS),
    responseTimes: each("responseTimes", RESPONSE_TIMES, (_, index) => String(index)),
  };
}
