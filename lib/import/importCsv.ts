import { DEFAULT_ANALYSIS } from "../analysis/registry.ts";
import type { Context } from "../context.ts";
import type { Transaction } from "../db/pool.ts";
import { LiveDashError } from "../errors.ts";
import { type CsvAccess, openCsvCredentials } from "./csvCredentials.ts";
import type { Credentials } from "./http/address.ts";
import { type Fetcher, openFetcher } from "./http/fetchLimited.ts";
import { anyAddress, isPublicAddress } from "./http/publicAddress.ts";
import { type ImportReport, ImportRun } from "./importRun.ts";
import { type ReadChunk, readChunks } from "./readChunks.ts";
import { type OpenedCsv, openCsv } from "./source/openCsv.ts";
import { type CsvSource, nameOfSource } from "./source/openSource.ts";
import { createTimeReader } from "./timeZone.ts";
import { createTranscriptFetcher } from "./transcripts/fetchFromUrl.ts";
import type { TranscriptSources } from "./transcripts/findTranscript.ts";
import { openTranscriptFolder } from "./transcripts/readFromFolder.ts";
import { createRoleReader } from "./transcripts/roles.ts";
import { withTranscripts } from "./withTranscripts.ts";
import type { WriteScope } from "./write/scope.ts";
import { updateSessions } from "./write/updateSessions.ts";
import { WaitingRows } from "./write/waitingRows.ts";
import { writeChunk } from "./write/writeChunk.ts";

export type { ImportReport };

export interface ImportCsvInput {
  companyId: string;
  source: CsvSource;
  /** A folder of `<session id>.txt`. It comes before the transcript URLs of the rows. */
  transcriptsDir?: string | undefined;
  /** Whether to fetch transcripts from the rows' URLs; default: for a CSV that comes from a URL itself. */
  fetchTranscripts?: boolean | undefined;
  /** IANA name of the zone that times are read in; default: the company's. */
  timeZone?: string | undefined;
  /** What else is written in the transaction that records the run; what it throws keeps the run from beginning. */
  alongside?: ((tx: Transaction, importRunId: string) => Promise<void>) | undefined;
  onProgress?: ((progress: ImportProgress) => void) | undefined;
}

interface ImportProgress {
  /** Rows dealt with so far. */
  rows: number;
  bytes: number;
  totalBytes?: number | undefined;
}

interface Company {
  timeZone: string;
  model: string | null;
  /** Where its CSV lies; null if that is nowhere. */
  access: CsvAccess | null;
}

/**
 * Imports a legacy CSV for a company: sessions, messages and one request a session. It may be stopped or killed at any
 * point and run again: what is there already is recognised, what has changed is changed. Bad rows are reported and stop
 * nothing else.
 * @throws LiveDashError `company_not_found`, `invalid_time_zone`, `nothing_imported`, `transcripts_unreadable`, `stopped`, `no_secret`,
 * `seal_broken`, those of openCsv, and those of the database; what was written until then stays
 */
export async function importCsv(ctx: Context, input: ImportCsvInput): Promise<ImportReport> {
  const company = await readCompany(ctx, input.companyId);
  const run = await ImportRun.start(ctx, input.companyId, nameOfSource(input.source), input.alongside);
  const fetcher = openFetcher(ctx.config.FETCH_PRIVATE_ADDRESSES ? anyAddress : isPublicAddress);
  const waiting = new WaitingRows(ctx.db, input.companyId);
  try {
    await readAndWrite(ctx, input, company, { run, fetcher, waiting });
    return await run.finish();
  } catch (error) {
    // If even this cannot be written, the run stays open as after a crash; the first error is the one to know.
    await run.fail(error).catch(() => undefined);
    throw error;
  } finally {
    waiting.close();
    await fetcher.close();
  }
}

interface Parts {
  run: ImportRun;
  fetcher: Fetcher;
  waiting: WaitingRows;
}

async function readAndWrite(ctx: Context, input: ImportCsvInput, company: Company, parts: Parts): Promise<void> {
  const { run, fetcher, waiting } = parts;
  const timeZone = input.timeZone ?? company.timeZone;
  const readTime = createTimeReader(timeZone);
  const withUrls = input.fetchTranscripts ?? input.source.kind === "url";
  // A file's transcripts may lie where the company's CSV does, behind the same password.
  const access = input.source.kind === "url" ? input.source : withUrls ? company.access : null;
  const credentials = access ? openCsvCredentials(ctx.config, input.companyId, access) : undefined;
  const transcripts = await openTranscripts(ctx, input.transcriptsDir, withUrls ? { fetcher, credentials } : undefined);
  const { config, stopping } = ctx;
  const source = await openCsv(input.source, { fetcher, credentials, config, stopping });
  const scope: WriteScope = {
    companyId: input.companyId,
    analysis: DEFAULT_ANALYSIS.name,
    model: company.model ?? DEFAULT_ANALYSIS.model,
    transcripts: { readTime, roleOf: createRoleReader() },
    newId: ctx.newId,
    now: () => ctx.clock.now(),
  };
  run.setFormat(source.format());
  const read = readChunks(source, { timeZone, readTime });
  await writeAll(ctx, withTranscripts(ctx.db, input.companyId, read, transcripts), async (chunk) => {
    await write(ctx, scope, chunk, run, waiting);
    reportProgress(input, run, chunk, source);
  });
  run.setFormat(source.format());
  for await (const rows of waiting.take()) {
    throwIfStopping(ctx);
    const updated = await updateSessions(ctx.db, scope, rows);
    run.counts.updated += updated;
    run.counts.unchanged -= updated;
    await run.save();
  }
}

/** Writes each chunk while the next one is read. */
async function writeAll(ctx: Context, chunks: AsyncIterable<ReadChunk>, writeOne: (chunk: ReadChunk) => Promise<void>) {
  let writing: Promise<void> = Promise.resolve();
  try {
    for await (const chunk of chunks) {
      await writing;
      throwIfStopping(ctx);
      writing = writeOne(chunk);
      writing.catch(() => undefined); // It is awaited in the next round.
    }
  } finally {
    await writing;
  }
}

/** Until the file's end changed rows count as unchanged: a later row may take their change back. */
async function write(ctx: Context, scope: WriteScope, chunk: ReadChunk, run: ImportRun, waiting: WaitingRows) {
  for (const row of chunk.bad) run.addBadRow(row);
  run.counts.rows += chunk.rows.length + chunk.bad.length;
  if (chunk.rows.length > 0) {
    const { imported, known } = await writeChunk(ctx.db, scope, chunk.rows);
    run.counts.imported += imported;
    run.counts.unchanged += chunk.rows.length - imported;
    await waiting.put(known);
  }
  await run.save();
}

function reportProgress(input: ImportCsvInput, run: ImportRun, chunk: ReadChunk, source: OpenedCsv): void {
  input.onProgress?.({ rows: run.counts.rows, bytes: chunk.bytes, totalBytes: source.totalBytes });
}

async function openTranscripts(
  ctx: Context,
  dir: string | undefined,
  web: { fetcher: Fetcher; credentials: Credentials | undefined } | undefined,
): Promise<TranscriptSources> {
  const maxBytes = ctx.config.TRANSCRIPT_MAX_BYTES;
  const folder = dir ? await openTranscriptFolder(dir, maxBytes) : undefined;
  return { folder, fetch: web && createTranscriptFetcher({ ...web, maxBytes, stopping: ctx.stopping }) };
}

async function readCompany(ctx: Context, companyId: string): Promise<Company> {
  const { rows } = await ctx.db.query<Company>(
    `SELECT c."timeZone", m."name" AS "model",
            CASE WHEN c."csvUrl" <> '' THEN json_build_object(
              'url', c."csvUrl", 'username', c."csvUsername", 'password', c."csvPassword") END AS "access"
       FROM "Company" c
       LEFT JOIN "CompanyAIModel" cm ON cm."companyId" = c."id" AND cm."isDefault"
       LEFT JOIN "AIModel" m ON m."id" = cm."aiModelId" AND m."isActive"
      WHERE c."id" = $1`,
    [companyId],
  );
  const [company] = rows;
  if (company) return company;
  throw new LiveDashError(
    "company_not_found",
    `There is no company with the id ${JSON.stringify(companyId.slice(0, 100))}.`,
  );
}

function throwIfStopping(ctx: Context): void {
  if (!ctx.stopping.aborted) return;
  const sentence = "The import was stopped before its end: run it again, and it goes on.";
  throw new LiveDashError("stopped", sentence, { retryable: true });
}
