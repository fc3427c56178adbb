import type { Context } from "../context.ts";
import { LiveDashError } from "../errors.ts";
import type { CompanyToImport } from "./companyToImport.ts";
import { openCsvCredentials } from "./csvCredentials.ts";
import type { Credentials } from "./http/address.ts";
import type { OpenParts } from "./openParts.ts";
import { type ReadChunk, readChunks } from "./readChunks.ts";
import type { BadRow } from "./row.ts";
import { openCsv } from "./source/openCsv.ts";
import type { CsvSource } from "./source/openSource.ts";
import type { ImportTally } from "./tally.ts";
import { createTranscriptFetcher } from "./transcripts/fetchFromUrl.ts";
import type { TranscriptSources } from "./transcripts/findTranscript.ts";
import { openTranscriptFolder } from "./transcripts/readFromFolder.ts";
import { withTranscripts } from "./withTranscripts.ts";
import type { WriteScope } from "./write/scope.ts";
import type { SessionWriter } from "./write/writer.ts";

/** What is read, and how. */
export interface CsvToRead {
  source: CsvSource;
  /** A folder of `<session id>.txt`. It comes before the transcript addresses of the rows. */
  transcriptsDir?: string | undefined;
  /** Whether to fetch transcripts from the rows' addresses; default: for a CSV that comes from an address itself. */
  fetchTranscripts?: boolean | undefined;
  /** IANA name of the zone that times are read in; default: the company's. */
  timeZone?: string | undefined;
  /** Awaited: what it throws ends the import. */
  onProgress?: ((progress: ImportProgress) => unknown) | undefined;
}

interface ImportProgress {
  /** Rows dealt with so far. */
  rows: number;
  bytes: number;
  totalBytes?: number | undefined;
}

/** Where an import notes down how it goes. */
interface ImportRecord {
  readonly tally: ImportTally;
  keep(rows: readonly BadRow[]): void;
  save(): Promise<void>;
}

export interface ImportParts extends Omit<OpenParts, "close"> {
  run: ImportRecord;
  scope: WriteScope;
  writer: SessionWriter;
}

/** Reads a CSV to its end, with transcripts, and has its rows written: new ones as they come, changed ones at the end. */
export async function readAndWrite(
  ctx: Context,
  input: CsvToRead,
  company: CompanyToImport,
  parts: ImportParts,
): Promise<void> {
  const { run, fetcher, scope } = parts;
  const { tally } = run;
  const { config, stopping } = ctx;
  const access = input.source.kind === "url" ? input.source : company.access;
  const withUrls = input.fetchTranscripts ?? input.source.kind === "url";
  // A file's transcripts may lie where the company's CSV does, behind the same password.
  const isAsked = access && (withUrls || input.source.kind === "url");
  const credentials = isAsked ? openCsvCredentials(config, company.id, access) : undefined;
  const transcripts = await openTranscripts(ctx, input.transcriptsDir, {
    base: access?.url,
    reader: scope.transcripts,
    web: withUrls ? { fetcher, credentials } : undefined,
  });
  const source = await openCsv(input.source, { fetcher, credentials, config, stopping });
  tally.format = source.format();
  const read = readChunks(source, { timeZone: scope.timeZone, readTime: scope.transcripts.readTime });
  await writeAll(ctx, withTranscripts(ctx.db, company.id, read, transcripts), async (chunk) => {
    await write(chunk, parts);
    await input.onProgress?.({ rows: tally.counts.rows, bytes: chunk.bytes, totalBytes: source.totalBytes });
  });
  tally.format = source.format();
  await changeAll(ctx, parts);
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
async function write(chunk: ReadChunk, { run, writer, waiting }: ImportParts): Promise<void> {
  const { counts, warnings } = run.tally;
  run.tally.addRead(chunk);
  run.keep(chunk.bad);
  if (chunk.rows.length > 0) {
    const { imported, known, similar, erased } = await writer.write(chunk.rows);
    counts.imported += imported;
    counts.unchanged += chunk.rows.length - imported;
    for (const line of similar) warnings.addLine("similar_id", line);
    for (const line of erased) warnings.addLine("session_erased", line);
    await waiting.put(known);
  }
  await run.save();
}

async function changeAll(ctx: Context, { run, writer, waiting }: ImportParts): Promise<void> {
  const { counts, warnings } = run.tally;
  for await (const rows of waiting.take()) {
    throwIfStopping(ctx);
    const { updated, moved } = await writer.change(rows);
    counts.updated += updated;
    counts.unchanged -= updated;
    for (const { line, code } of moved) warnings.addLine(code, line);
    await run.save();
  }
}

async function openTranscripts(
  ctx: Context,
  dir: string | undefined,
  {
    web,
    ...from
  }: Pick<TranscriptSources, "base" | "reader"> & {
    web: { fetcher: OpenParts["fetcher"]; credentials: Credentials | undefined } | undefined;
  },
): Promise<TranscriptSources> {
  const maxBytes = ctx.config.TRANSCRIPT_MAX_BYTES;
  const folder = dir ? await openTranscriptFolder(dir, maxBytes) : undefined;
  return { ...from, folder, fetch: web && createTranscriptFetcher({ ...web, maxBytes, stopping: ctx.stopping }) };
}

function throwIfStopping(ctx: Context): void {
  if (!ctx.stopping.aborted) return;
  const sentence = "The import was stopped before it finished. Run it again to continue.";
  throw new LiveDashError("stopped", sentence, { retryable: true });
}
