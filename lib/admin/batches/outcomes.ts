import { z } from "zod";
import { euros } from "../../api/fields.ts";
import { AIAttemptOutcome } from "../../db/enums.ts";
import type { Sql } from "../../db/pool.ts";
import { double, int, known, nullable, numeric, statement, text, textOf } from "../../db/statement.ts";

const count = z.number().int().nonnegative();
type Outcome = Lowercase<AIAttemptOutcome>;
const outcome = z.enum(Object.values(AIAttemptOutcome).map((name) => name.toLowerCase()) as [Outcome]);

const used = {
  promptTokens: count,
  cachedTokens: count,
  completionTokens: count,
  linesWithoutUsage: count.meta({ description: "Lines that ran without reporting their tokens. They count as none." }),
  costEur: euros,
};

/** What became of the lines of a batch so far, and what they cost, by the ledger. */
export const batchOutcomes = z.object({
  succeeded: count,
  failed: count,
  requeued: count,
  waiting: count.meta({ description: "Requests waiting for a result." }),
  ...used,
  byCode: z
    .array(z.object({ outcome, code: z.string(), count }))
    .meta({ description: "Why lines did not succeed, most frequent first." }),
});

export async function readOutcomes(sql: Sql, batchId: string): Promise<z.input<typeof batchOutcomes>> {
  const rows = await SUM_UP.rows(sql, { batchId });
  const { count: waiting } = await COUNT_WAITING.one(sql, { batchId });
  const sumOf = (outcome: Outcome) =>
    rows.filter((row) => row.outcome === outcome).reduce((sum, row) => sum + row.count, 0);
  const all = rows.find((row) => row.outcome === null);
  return {
    succeeded: sumOf("applied"),
    failed: sumOf("failed"),
    requeued: sumOf("requeued"),
    waiting,
    promptTokens: all?.promptTokens ?? 0,
    cachedTokens: all?.cachedTokens ?? 0,
    completionTokens: all?.completionTokens ?? 0,
    linesWithoutUsage: all?.linesWithoutUsage ?? 0,
    costEur: all?.costEur ?? "0",
    byCode: rows.flatMap(({ outcome, code, count }) => (outcome && code ? [{ outcome, code, count }] : [])),
  };
}

/** Each outcome by its code; the outcome is null in the row that adds up all others. */
const SUM_UP = statement({
  sql: `SELECT lower("outcome"::text) AS "outcome", "code", count(*)::int AS "count",
               COALESCE(sum("promptTokens"), 0)::float8 AS "promptTokens",
               COALESCE(sum("cachedTokens"), 0)::float8 AS "cachedTokens",
               COALESCE(sum("completionTokens"), 0)::float8 AS "completionTokens", COALESCE(sum("costEur"), 0) AS "costEur",
               count(*) FILTER (WHERE "promptTokens" IS NULL OR "completionTokens" IS NULL)::int AS "linesWithoutUsage"
          FROM "AIRequestAttempt" WHERE "batchId" = $1
         GROUP BY GROUPING SETS (("outcome", "code"), ()) ORDER BY count(*) DESC, "code"`,
  params: { batchId: text },
  row: {
    outcome: nullable(textOf<Outcome>()),
    code: nullable(text),
    count: known(int),
    promptTokens: known(double),
    cachedTokens: known(double),
    completionTokens: known(double),
    costEur: known(numeric),
    linesWithoutUsage: known(int),
  },
});

const COUNT_WAITING = statement({
  sql: `SELECT count(*)::int AS "count" FROM "AIProcessingRequest"
         WHERE "batchId" = $1 AND "processingStatus" = 'BATCHING_IN_PROGRESS'`,
  params: { batchId: text },
  row: { count: known(int) },
});
