import { dryRunImport } from "../../lib/admin/imports/dryRunImport.ts";
import type { Context } from "../../lib/context.ts";
import { type CompanyToImport, findCompanyToImport } from "../../lib/import/companyToImport.ts";
import { companyName, findOrCreateCompany, removeIfEmpty } from "../../lib/import/findOrCreateCompany.ts";
import { importCsv } from "../../lib/import/importCsv.ts";
import type { CsvToRead } from "../../lib/import/readAndWrite.ts";
import { assertReadable } from "../../lib/import/source/openSource.ts";
import { type ImportFindings, NothingImportedError } from "../../lib/import/tally.ts";
import { assertTimeZone } from "../../lib/import/timeZone.ts";
import { assertFolder } from "../../lib/import/transcripts/readFromFolder.ts";
import { describeDryRun, describeReport } from "../importReport.ts";
import { print, printJson } from "../printed.ts";
import { openProgress } from "../progress.ts";
import { openRuntime } from "../runtime.ts";
import { stopSignal } from "../stopSignal.ts";

export interface ImportOptions {
  company: string;
  transcripts?: string;
  fetchTranscripts?: boolean;
  timeZone?: string;
  dryRun?: boolean;
  json?: boolean;
}

type Report = ImportFindings & { importRunId?: string | null; estimatedCostEur?: string | null };

/** Imports a CSV file for a company, or only says what that would come to, and prints what became of its rows. */
export async function importFile(path: string, options: ImportOptions): Promise<void> {
  const { timeZone, transcripts: transcriptsDir, fetchTranscripts } = options;
  // What can be told to be wrong is told before anything is opened: it leaves nothing behind.
  const company = companyName(options.company);
  if (timeZone !== undefined) assertTimeZone(timeZone);
  await assertReadable(path);
  if (transcriptsDir !== undefined) await assertFolder(transcriptsDir);

  const stopping = stopSignal();
  const view = openProgress();
  const runtime = await openRuntime({ stopping, logTo: view.log, defaults: { LOG_LEVEL: "error" } });
  const input = { source: { kind: "file", path }, timeZone, transcriptsDir, fetchTranscripts } as const;
  const printReport = (report: Report) => {
    view.close();
    if (options.json) printJson(report);
    else print(describe(report));
  };
  try {
    printReport(await (options.dryRun ? dry(runtime.ctx, company, input) : imported(runtime.ctx, company, input)));
  } catch (error) {
    if (error instanceof NothingImportedError) printReport(error.report);
    throw error;
  } finally {
    view.close();
    await runtime.close();
  }
}

async function imported(ctx: Context, name: string, input: CsvToRead): Promise<Report> {
  const company = await findOrCreateCompany(ctx, { name, timeZone: input.timeZone });
  try {
    return await importCsv(ctx, { ...input, companyId: company.id });
  } catch (error) {
    if (company.created) await removeIfEmpty(ctx, company.id);
    throw error;
  }
}

async function dry(ctx: Context, name: string, input: CsvToRead): Promise<Report> {
  const company = (await findCompanyToImport(ctx, name)) ?? newCompany(ctx, input.timeZone);
  return { importRunId: null, ...(await dryRunImport(ctx, company, input)) };
}

/** As it would be made. */
function newCompany(ctx: Context, timeZone = "UTC"): CompanyToImport {
  return { id: ctx.newId(), timeZone, model: null, access: null, roleWords: null };
}

function describe(report: Report): string {
  return report.estimatedCostEur === undefined
    ? describeReport(report)
    : describeDryRun({ ...report, estimatedCostEur: report.estimatedCostEur });
}
