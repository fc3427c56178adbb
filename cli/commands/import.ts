import { counted } from "../../app/_words/numbers.ts";
import { findOrCreateCompany, removeIfEmpty } from "../../lib/import/findOrCreateCompany.ts";
import { importCsv } from "../../lib/import/importCsv.ts";
import { type ImportFindings, NothingImportedError } from "../../lib/import/tally.ts";
import type { TranscriptCounts } from "../../lib/import/transcripts/counts.ts";
import { openProgress } from "../progress.ts";
import { openRuntime } from "../runtime.ts";
import { stopSignal } from "../stopSignal.ts";

export interface ImportOptions {
  company: string;
  transcripts?: string;
  fetchTranscripts?: boolean;
  timeZone?: string;
}

/** Imports a CSV file for a company, and prints what became of its rows. */
export async function importFile(path: string, options: ImportOptions): Promise<void> {
  const stopping = stopSignal();
  const view = openProgress();
  const runtime = await openRuntime({ stopping, logTo: view.log, defaults: { LOG_LEVEL: "error" } });
  const { ctx } = runtime;
  try {
    const { timeZone, transcripts: transcriptsDir, fetchTranscripts } = options;
    const company = await findOrCreateCompany(ctx, { name: options.company, timeZone });
    try {
      const source = { kind: "file", path } as const;
      const report = await importCsv(ctx, {
        companyId: company.id,
        source,
        timeZone,
        transcriptsDir,
        fetchTranscripts,
      });
      view.close();
      process.stdout.write(describeReport(report));
    } catch (error) {
      view.close();
      if (error instanceof NothingImportedError) process.stdout.write(describeReport(error.report));
      if (company.created) await removeIfEmpty(ctx, company.id);
      throw error;
    }
  } finally {
    view.close();
    await runtime.close();
  }
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
