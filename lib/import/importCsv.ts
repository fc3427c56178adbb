import type { Context } from "../context.ts";
import type { Transaction } from "../db/pool.ts";
import { type CompanyToImport, readCompanyToImport } from "./companyToImport.ts";
import { ImportRun } from "./importRun.ts";
import { openParts } from "./openParts.ts";
import { type CsvToRead, readAndWrite } from "./readAndWrite.ts";
import { removeIdleBefore } from "./removeIdleBefore.ts";
import { nameOfSource } from "./source/openSource.ts";
import type { ImportReport } from "./tally.ts";
import { scopeOf } from "./write/scope.ts";
import { databaseWriter } from "./write/writer.ts";

interface ImportInput extends CsvToRead {
  /** What else is written in the transaction that records the run; what it throws keeps the run from beginning. */
  alongside?: ((tx: Transaction, importRunId: string) => Promise<void>) | undefined;
}

export interface ImportCsvInput extends ImportInput {
  companyId: string;
}

/**
 * Imports a legacy CSV for a company: sessions, messages and one request a session. It may be stopped or killed at any
 * point and run again: what is there already is recognised, what has changed is changed. Bad rows are reported and stop
 * nothing else.
 * @throws LiveDashError `company_not_found`, `invalid_time_zone`, `nothing_imported`, `transcripts_unreadable`, `stopped`, `no_secret`,
 * `seal_broken`, those of openCsv, and those of the database; what was written until then stays
 */
export async function importCsv(ctx: Context, input: ImportCsvInput): Promise<ImportReport> {
  return importForCompany(ctx, await readCompanyToImport(ctx, input.companyId), input);
}

/** The same for a company that has been read already. */
export async function importForCompany(
  ctx: Context,
  company: CompanyToImport,
  input: ImportInput,
): Promise<ImportReport> {
  const run = await ImportRun.start(ctx, company.id, nameOfSource(input.source), input.alongside);
  const parts = openParts(ctx, company.id);
  try {
    const scope = scopeOf(ctx, company, input.timeZone);
    await readAndWrite(ctx, input, company, { ...parts, run, scope, writer: databaseWriter(ctx.db, scope) });
    const report = await run.finish();
    if (input.source.kind === "url") await removeIdleBefore(ctx, report);
    return report;
  } catch (error) {
    // If even this cannot be written, the run stays open as after a crash; the first error is the one to know.
    await run.fail(error).catch(() => undefined);
    throw error;
  } finally {
    await parts.close();
  }
}
