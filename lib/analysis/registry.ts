import { LiveDashError } from "../errors.ts";
import type { Analysis } from "./analysis.ts";
import { sessionAnalysis } from "./sessionAnalysis.ts";

const ANALYSES: ReadonlyMap<string, Analysis> = new Map([sessionAnalysis].map((analysis) => [analysis.name, analysis]));

/** The analysis that each imported session gets. */
export const DEFAULT_ANALYSIS: Analysis = sessionAnalysis;

/** The names that this version knows. Requests for others are left to processes that know them. */
export function analysisNames(): string[] {
  return [...ANALYSES.keys()];
}

/** @throws LiveDashError `analysis_unknown` for one that another version has added: its process will do the work */
export function requireAnalysis(name: string): Analysis {
  const analysis = ANALYSES.get(name);
  if (analysis) return analysis;
  throw new LiveDashError("analysis_unknown", `This version of LiveDash has no analysis named "${name}".`, {
    retryable: true,
  });
}
