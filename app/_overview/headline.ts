import type { Summary } from "../../lib/admin/overview/summary.ts";
import { counted, inGroups } from "../_words/numbers.ts";
import { totalOf } from "./stages.ts";

interface Headline {
  sentence: string;
  /** Where that leads which the sentence speaks of; only failures need somebody to look. */
  href?: string;
  /** What stands behind it. */
  detail: string;
}

/** How things stand: failures first, where there are any. */
export function headlineOf(summary: Summary): Headline {
  const total = totalOf(summary);
  const { pending_batching: pending, batching_in_progress: inBatch, processing_failed: failed } = summary;
  if (total === 0) return { sentence: "Nothing to analyse yet", detail: "Import chat sessions to get started." };
  const isOver = pending + inBatch === 0;
  const analysed = `${inGroups(summary.processing_complete)} of ${counted(total, "request")} analysed`;
  const underWay = `${inGroups(pending)} pending, ${inGroups(inBatch)} in a batch.`;
  if (failed > 0) {
    return {
      sentence: `${counted(failed, "request")} failed`,
      href: "/platform/errors",
      detail: isOver ? `${analysed}. Nothing else is pending.` : `${analysed}. ${underWay}`,
    };
  }
  if (!isOver) return { sentence: analysed, detail: `${underWay} None failed.` };
  const sentence = total === 1 ? "The only request is done" : `All ${counted(total, "request")} are done`;
  return { sentence, detail: "None failed." };
}
