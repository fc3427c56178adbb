import type { Analysis } from "../../analysis/analysis.ts";
import { ANALYSIS_NAMES, requireAnalysis } from "../../analysis/registry.ts";
import type { Batch } from "../../batches/batch.ts";
import type { AnswerLine } from "../../providers/contract/lines.ts";
import type { RequestInBatch } from "../../requests/requestOutcomes.ts";

type Checked = ReturnType<Analysis["check"]>;

/** An answer that was checked before its request was looked up, by the analysis that it is thought to be of. */
export interface CheckedLine extends AnswerLine {
  ahead?: { analysis: string; checked: Checked };
}

/**
 * The analysis that all lines of a batch ask for, if there is just one, and it is the same for every request: then answers are
 * checked while the database is busy with those before, and holds no locks for them.
 */
export function onlyAnalysis({ analysisVersions }: Pick<Batch, "analysisVersions">): Analysis | undefined {
  const [name, ...others] = Object.keys(analysisVersions ?? {});
  if (name === undefined || others.length > 0 || !ANALYSIS_NAMES.includes(name)) return undefined;
  const analysis = requireAnalysis(name);
  return analysis.subject === "messages" ? analysis : undefined;
}

export function checkAhead(analysis: Analysis, line: AnswerLine): CheckedLine {
  return { ...line, ahead: { analysis: analysis.name, checked: analysis.check(line.text) } };
}

/** What its analysis says of an answer to this request. */
export function checkedFor({ processingType, questionIds }: RequestInBatch, { text, ahead }: CheckedLine): Checked {
  if (ahead?.analysis === processingType && questionIds.length === 0) return ahead.checked;
  return requireAnalysis(processingType).check(text, questionIds.length);
}
