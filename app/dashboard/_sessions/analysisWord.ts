import type { SessionRow } from "../../../lib/company/sessions/sessionRow.ts";

/** Why a session has no analysis. */
export function analysisWord({ isEmpty, analysisFailed }: Pick<SessionRow, "isEmpty" | "analysisFailed">): string {
  if (isEmpty) return "Nothing was written";
  return analysisFailed ? "Could not be analysed" : "Not analysed yet";
}
