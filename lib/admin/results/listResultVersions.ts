import { z } from "zod";
import { ANALYSIS_NAMES, requireAnalysis } from "../../analysis/registry.ts";
import { id } from "../../api/fields.ts";
import { defineOperation } from "../../api/operation.ts";
import { readWithin } from "../../api/timeLimit.ts";
import { int, known, nullable, statement, text } from "../../db/statement.ts";
import { isShown } from "../../requests/keepResults.ts";

const COUNT_LIMIT_MS = 30_000;

export const listResultVersions = defineOperation({
  name: "listResultVersions",
  summary: "How many results sessions show of each analysis, version and model, and how many others are kept.",
  method: "GET",
  path: "/api/admin/results/versions",
  permission: "requests.read",
  input: z.strictObject({ companyId: id.optional() }),
  example: {},
  output: z.object({
    analyses: z.array(z.object({ name: z.string(), version: z.number().int() })).meta({
      description: "The analyses that there are, with the version that is asked now.",
    }),
    results: z.array(
      z.object({
        analysis: z.string(),
        version: z.number().int().nullable().meta({ description: "Null where it is not known." }),
        model: z.string(),
        shown: z.number().int().nonnegative().meta({ description: "Results that their session shows." }),
        kept: z
          .number()
          .int()
          .nonnegative()
          .meta({ description: "Results that another one has replaced, or that came after a newer one." }),
      }),
    ),
  }),
  run: async (ctx, { companyId }) => ({
    analyses: ANALYSIS_NAMES.map((name) => ({ name, version: requireAnalysis(name).version })),
    results: await readWithin(ctx, COUNT_LIMIT_MS, (tx) => COUNT.rows(tx, { companyId: companyId ?? null })),
  }),
});

const COUNT = statement({
  sql: `SELECT k."analysis", k."version", k."model", (count(*) FILTER (WHERE ${isShown("k")}))::int AS "shown",
               (count(*) FILTER (WHERE NOT (${isShown("k")})))::int AS "kept"
          FROM "AnalysisResult" k WHERE $1::text IS NULL OR k."companyId" = $1
         GROUP BY 1, 2, 3 ORDER BY 1 DESC, 2 DESC NULLS LAST, 3`,
  params: { companyId: nullable(text) },
  row: { analysis: text, version: nullable(int), model: text, shown: known(int), kept: known(int) },
});
