import { findOrCreateCompany } from "../../lib/import/findOrCreateCompany.ts";
import { type ImportReport, importCsv } from "../../lib/import/importCsv.ts";
import { openProgress } from "../progress.ts";
import { openRuntime } from "../runtime.ts";
import { stopSignal } from "../stopSignal.ts";

export interface ImportOptions {
  company: string;
  transcripts?: string;
  timeZone?: string;
}

/** Imports a CSV file for a company, and prints what became of its rows. */
export async function importFile(path: string, options: ImportOptions): Promise<void> {
  const stopping = stopSignal();
  const view = openProgress();
  const runtime = await openRuntime({ stopping, logTo: view.log, defaults: { LOG_LEVEL: "error" } });
  try {
    const { company, timeZone, transcripts } = options;
    const found = await findOrCreateCompany(runtime.ctx, { name: company, ...(timeZone ? { timeZone } : {}) });
    const report = await importCsv(runtime.ctx, {
      companyId: found.id,
      source: { kind: "file", path },
      ...(transcripts ? { transcriptsDir: transcripts } : {}),
    });
    view.close();
    process.stdout.write(describeReport(report));
  } finally {
    view.close();
    await runtime.close();
  }
}

/** The report in words: the counts, then the first rows that were left out and why. */
export function describeReport(report: ImportReport): string {
  const { rows, imported, updated, unchanged, bad, badRows } = report;
  const lines = [`${rows} rows: ${imported} imported, ${updated} updated, ${unchanged} unchanged, ${bad} bad`];
  for (const row of badRows) lines.push(`  line ${row.line}: ${row.reason}`);
  if (bad > badRows.length) lines.push(`  and ${bad - badRows.length} more`);
  return `${lines.join("\n")}\n`;
}
