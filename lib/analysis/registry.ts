import type { Analysis } from "./analysis.ts";
import { sessionAnalysis } from "./sessionAnalysis.ts";

const ANALYSES: ReadonlyMap<string, Analysis> = new Map([sessionAnalysis].map((analysis) => [analysis.name, analysis]));

/** The analysis that each imported session gets. */
export const DEFAULT_ANALYSIS: Analysis = sessionAnalysis;

export function findAnalysis(name: string): Analysis | undefined {
  return ANALYSES.get(name);
}
