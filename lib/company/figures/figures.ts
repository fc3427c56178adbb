import { z } from "zod";
import { SentimentCategory, SessionCategory } from "../../db/generated/enums.ts";
import { Parameters } from "../../db/parameters.ts";
import type { Tenant } from "../asTenant.ts";
import { type SessionFilter, whereSessions } from "../sessions/filter.ts";
import type { Period } from "./period.ts";

const count = z.number().int().nonnegative();

/** How many sessions there are, and what their analyses say. */
export const figuresShape = z.object({
  sessions: count,
  analysed: count,
  escalated: count,
  forwardedHr: count,
  sentiments: z.record(z.enum(SentimentCategory), count),
  categories: z.record(z.enum(SessionCategory), count),
  languages: z.record(z.string(), count).meta({ description: "Languages that occur, as ISO 639-1 codes." }),
});

export type Figures = z.output<typeof figuresShape>;

interface Counted {
  /** From 1; null for the whole period. */
  part: number | null;
  kind: keyof Figures;
  value: string;
  count: number;
}

/** Counts in one pass: first what is alike, then that by each of its sides. */
const COUNT_BY_SIDE = (chosen: string, edges: string) => `
  WITH alike AS (
    SELECT width_bucket(s."startTime", ${edges}::timestamptz[]) AS "part", s."sentiment", s."category", s."language",
           s."escalated", s."forwardedHr", s."analysedAt" IS NOT NULL AS "analysed", count(*) AS "count"
      FROM "Session" s WHERE ${chosen} GROUP BY 1, 2, 3, 4, 5, 6, 7)
  SELECT "part", "kind", "value", sum("count")::float8 AS "count"
    FROM alike CROSS JOIN LATERAL (VALUES
      ('sessions', ''), ('analysed', CASE WHEN "analysed" THEN '' END), ('escalated', CASE WHEN "escalated" THEN '' END),
      ('forwardedHr', CASE WHEN "forwardedHr" THEN '' END), ('sentiments', "sentiment"::text),
      ('categories', "category"::text), ('languages', "language")) AS sides("kind", "value")
   WHERE "value" IS NOT NULL GROUP BY GROUPING SETS (("part", "kind", "value"), ("kind", "value"))`;

/** The figures of a period, and of each of its parts. Of the period, the filter has first and last day. */
export async function countFigures({ tx, company }: Tenant, filter: SessionFilter, period: Period) {
  const p = new Parameters();
  const chosen = whereSessions(company, filter, p);
  const { rows } = await tx.query<Counted>(COUNT_BY_SIDE(chosen, p.add(period.edges)), p.values);
  const byPart = Map.groupBy(rows, (row) => row.part ?? 0);
  const parts = period.parts.map((days, index) => ({ ...days, ...toFigures(byPart.get(index + 1) ?? []) }));
  return { totals: toFigures(byPart.get(0) ?? []), parts };
}

function toFigures(rows: Counted[]): Figures {
  const of = (kind: Counted["kind"]) => rows.filter((row) => row.kind === kind);
  const one = (kind: Counted["kind"]) => of(kind)[0]?.count ?? 0;
  const each = <K extends string>(kind: Counted["kind"], keys: readonly K[]) => {
    const found = new Map(of(kind).map(({ value, count }) => [value, count]));
    return Object.fromEntries(keys.map((key) => [key, found.get(key) ?? 0])) as Record<K, number>;
  };
  return {
    sessions: one("sessions"),
    analysed: one("analysed"),
    escalated: one("escalated"),
    forwardedHr: one("forwardedHr"),
    sentiments: each("sentiments", Object.values(SentimentCategory)),
    categories: each("categories", Object.values(SessionCategory)),
    languages: Object.fromEntries(of("languages").map(({ value, count }) => [value, count])),
  };
}
