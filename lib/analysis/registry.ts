import type { Config } from "../config.ts";
import { LiveDashError } from "../errors.ts";
import type { Analysis } from "./analysis.ts";
import { questionTopics } from "./questionTopics.ts";
import { sessionAnalysis } from "./sessionAnalysis.ts";

const ANALYSES: ReadonlyMap<string, Analysis> = new Map(
  [sessionAnalysis, questionTopics].map((analysis) => [analysis.name, analysis]),
);

/** The analysis that each imported session gets. */
export const DEFAULT_ANALYSIS: Analysis = sessionAnalysis;

/** The names that this version knows. */
export const ANALYSIS_NAMES: readonly string[] = [...ANALYSES.keys()];

/** Those that requests may be sent for here. Requests for others wait, or are left to processes that know them. */
export function analysesToSend({ QUESTION_TOPICS }: Pick<Config, "QUESTION_TOPICS">): string[] {
  return ANALYSIS_NAMES.filter((name) => QUESTION_TOPICS || name !== questionTopics.name);
}

/** @throws LiveDashError `analysis_unknown` for one that another version has added: its process will do the work */
export function requireAnalysis(name: string): Analysis {
  const analysis = ANALYSES.get(name);
  if (analysis) return analysis;
  throw new LiveDashError("analysis_unknown", `This version of LiveDash has no analysis named "${name}".`, {
    retryable: true,
  });
}
