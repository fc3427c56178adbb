import type { Context } from "../context.ts";
import type { CompanyToImport } from "./companyToImport.ts";
import { openParts } from "./openParts.ts";
import { type CsvToRead, readAndWrite } from "./readAndWrite.ts";
import { assertSomethingGood, type ImportFindings, ImportTally } from "./tally.ts";
import { DryWriter, type WouldBeRequests } from "./write/dryWriter.ts";
import { scopeOf } from "./write/scope.ts";

export interface DryRun {
  findings: ImportFindings;
  model: string;
  requests: WouldBeRequests;
}

/**
 * Reads a CSV as importCsv does, transcripts included, and counts what would become of its rows. Nothing is written.
 * @throws LiveDashError `too_many_dry_runs`, and those of importCsv
 */
export async function dryRun(ctx: Context, company: CompanyToImport, input: CsvToRead): Promise<DryRun> {
  const scope = scopeOf(ctx, company, input.timeZone);
  const tally = new ImportTally();
  const parts = openParts(ctx, company.id);
  try {
    const writer = await DryWriter.open(parts.scratch, scope);
    const run = { tally, keep: () => {}, save: async () => {} };
    await readAndWrite(ctx, input, company, { ...parts, run, scope, writer });
    const findings = tally.findings();
    assertSomethingGood(findings);
    return { findings, model: scope.model, requests: writer.requests };
  } finally {
    await parts.close();
  }
}
