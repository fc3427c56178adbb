import { counted } from "../app/_words/numbers.ts";
import type { DryRunReport } from "../lib/admin/imports/dryRunImport.ts";
import type { ImportFindings } from "../lib/import/tally.ts";
import type { TranscriptCounts } from "../lib/import/transcripts/counts.ts";

/** What an import would come to, in words. */
export function describeDryRun(report: DryRunReport): string {
  const { estimatedCostEur: cost } = report;
  const price = cost === null ? "unknown, because the model has no price" : `about ${Number(cost).toFixed(4)} EUR`;
  return `Dry run: nothing was imported.\n${describeReport(report)}  cost of the analysis: ${price}\n`;
}

/** The report in words: the counts, what to know, then the first rows that were left out and why. */
export function describeReport(report: ImportFindings): string {
  const { rows, imported, updated, unchanged, bad, badRows, format, transcripts, warnings } = report;
  const lines = [
    `${counted(rows, "row")}: ${imported} imported, ${updated} updated, ${unchanged} unchanged, ${bad} bad`,
    `  format: ${format}`,
  ];
  if (transcripts.named + transcripts.found > 0) lines.push(`  transcripts: ${describeTranscripts(transcripts)}`);
  for (const { count, reason, examples } of warnings) {
    const more = count > examples.length ? ` and ${count - examples.length} more` : "";
    lines.push(`  warning (${count}): ${reason} ${examples.join(", ")}${more}`);
  }
  for (const row of badRows) lines.push(`  line ${row.line}: ${row.reason}`);
  if (bad > badRows.length) lines.push(`  and ${bad - badRows.length} more bad rows`);
  return `${lines.join("\n")}\n`;
}

function describeTranscripts({ named, found, used, skipped, withoutSpeakers }: TranscriptCounts): string {
  return `${named} named, ${found} found, ${used} used, ${skipped} skipped, ${withoutSpeakers} without speakers`;
}
