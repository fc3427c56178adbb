import type { SessionRow } from "../../../lib/company/sessions/sessionRow.ts";

/** Why a session has no analysis. */
export function analysisWord({ isEmpty }: Pick<SessionRow, "isEmpty">): string {
  return isEmpty ? "Nothing was written" : "Not analysed yet";
}
