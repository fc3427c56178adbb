import { z } from "zod";
import { ANALYSIS_NAMES } from "../../analysis/registry.ts";
import { id, modelName, moment } from "../../api/fields.ts";
import type { Parameters } from "../../db/parameters.ts";

const version = z.coerce.number().int().min(1).max(1_000_000);

/** What results can be chosen by. */
export const resultFilter = z.strictObject({
  analysis: z.enum(ANALYSIS_NAMES).default("session-analysis"),
  companyId: id.optional(),
  version: version.optional().meta({ description: "The version that was asked." }),
  belowVersion: version
    .optional()
    .meta({ description: "Versions before this one, and answers of which the version is not known." }),
  model: modelName.optional().meta({ description: "The model that answered." }),
  from: moment.optional().meta({ description: "Sessions that started at or after this time." }),
  to: moment.optional().meta({ description: "Sessions that started before this time." }),
});

export type ResultFilter = z.output<typeof resultFilter>;

/**
 * The condition on an "AnalysisResult", and on its "Session" s where it names times, that a filter makes.
 * @param k the name of the result in the statement
 */
export function whereResults(filter: ResultFilter, p: Parameters, k = "k"): string {
  const { analysis, companyId, version, belowVersion, model, from, to } = filter;
  const conditions = [
    `${k}."analysis" = ${p.add(analysis)}`,
    companyId !== undefined && `${k}."companyId" = ${p.add(companyId)}`,
    version !== undefined && `${k}."version" = ${p.add(version)}`,
    belowVersion !== undefined && `(${k}."version" IS NULL OR ${k}."version" < ${p.add(belowVersion)})`,
    model !== undefined && `${k}."model" = ${p.add(model)}`,
    from !== undefined && `s."startTime" >= ${p.add(from)}`,
    to !== undefined && `s."startTime" < ${p.add(to)}`,
  ];
  return conditions.filter(Boolean).join(" AND ");
}
