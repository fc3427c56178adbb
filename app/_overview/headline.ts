import type { Summary } from "../../lib/admin/overview/summary.ts";
import { counted, inGroups } from "../_words/numbers.ts";
import { totalOf } from "./stages.ts";

/** How things stand, in a sentence and what stands behind it. */
export function headlineOf(summary: Summary): { sentence: string; detail: string } {
  const total = totalOf(summary);
  const { pending_batching: pending, batching_in_progress: inBatch, processing_failed: failed } = summary;
  const failures = failed === 0 ? "None has failed." : `${inGroups(failed)} failed.`;
  if (total === 0) return { sentence: "Nothing to analyse yet", detail: "Import chat sessions to begin." };
  if (pending + inBatch === 0) {
    const sentence = total === 1 ? "The only request is through" : `All ${counted(total, "request")} are through`;
    return { sentence, detail: failures };
  }
  return {
    sentence: `${inGroups(summary.processing_complete)} of ${counted(total, "request")} analysed`,
    detail: `${inGroups(pending)} pending, ${inGroups(inBatch)} in a batch. ${failures}`,
  };
}
