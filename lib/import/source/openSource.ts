import { constants, createReadStream, type Stats } from "node:fs";
import { access, stat } from "node:fs/promises";
import path from "node:path";
import type { Config } from "../../config.ts";
import { codeOf, LiveDashError } from "../../errors.ts";
import type { CsvAccess } from "../csvCredentials.ts";
import type { Credentials } from "../http/address.ts";
import { addressForPeople } from "../http/addressForPeople.ts";
import type { Fetcher } from "../http/fetchLimited.ts";

/** Where a CSV comes from. */
export type CsvSource =
  | { kind: "file"; path: string }
  | ({ kind: "url" } & CsvAccess)
  | { kind: "stream"; name: string; stream: AsyncIterable<Uint8Array> };

export interface OpenedSource {
  /** Bytes, where it is known. */
  totalBytes: number | undefined;
  chunks: AsyncIterable<Uint8Array>;
}

const READ_BYTES = 256 * 1024;

/** What ImportRun.source holds: no folder, no credentials, no query. */
export function nameOfSource(source: CsvSource): string {
  if (source.kind === "file") return path.basename(source.path);
  return source.kind === "url" ? addressForPeople(source.url) : source.name;
}

/**
 * Opens a source; what it yields is never longer than CSV_MAX_BYTES.
 * @throws LiveDashError `csv_unreadable`, `csv_too_large`, and FetchError; also while it is read
 */
export async function openSource(source: CsvSource, reader: SourceReader): Promise<OpenedSource> {
  const opened = await open(source, reader);
  return { ...opened, chunks: limited(opened.chunks, source, reader.config.CSV_MAX_BYTES) };
}

export interface SourceReader {
  fetcher: Fetcher;
  /** For a source with an address. */
  credentials: Credentials | undefined;
  config: Config;
  stopping: AbortSignal;
}

async function open(source: CsvSource, reader: SourceReader): Promise<OpenedSource> {
  const { fetcher, credentials, config, stopping } = reader;
  if (source.kind === "stream") return { totalBytes: undefined, chunks: source.stream };
  if (source.kind === "file") return openFile(source.path, config.CSV_MAX_BYTES);
  const { length, body } = await fetcher.get(source.url, {
    credentials,
    maxBytes: config.CSV_MAX_BYTES,
    timeout: config.CSV_TIMEOUT,
    stopping,
  });
  return { totalBytes: length, chunks: body };
}

/** @throws LiveDashError `csv_unreadable` unless it is a file that can be read */
export async function assertReadable(file: string): Promise<void> {
  await statFile(file);
  await access(file, constants.R_OK).catch((cause) => {
    throw unreadable(file, codeOf(cause), cause);
  });
}

async function statFile(file: string): Promise<Stats> {
  const stats = await stat(file).catch((cause) => {
    throw unreadable(file, codeOf(cause), cause);
  });
  if (!stats.isFile()) throw unreadable(file, "it is not a file");
  return stats;
}

async function openFile(file: string, maxBytes: number): Promise<OpenedSource> {
  const stats = await statFile(file);
  if (stats.size > maxBytes) throw tooLarge(path.basename(file), maxBytes);
  return { totalBytes: stats.size, chunks: readFile(file) };
}

async function* readFile(file: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(file, { highWaterMark: READ_BYTES });
  } catch (cause) {
    throw unreadable(file, codeOf(cause), cause);
  }
}

/** No more than so many bytes of it. */
export async function* limited(
  chunks: AsyncIterable<Uint8Array>,
  source: CsvSource,
  maxBytes: number,
): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) throw tooLarge(nameOfSource(source), maxBytes);
    yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  }
}

function unreadable(file: string, why: string | undefined, cause?: unknown): LiveDashError {
  const sentence = why === "ENOENT" ? "does not exist" : `cannot be read (${why ?? "unknown error"})`;
  return new LiveDashError("csv_unreadable", `The file ${file} ${sentence}.`, { cause });
}

function tooLarge(name: string, maxBytes: number): LiveDashError {
  const sentence = `${name} is larger than CSV_MAX_BYTES (${maxBytes} bytes). Split it, or raise the limit.`;
  return new LiveDashError("csv_too_large", sentence);
}
