import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { codeOf, LiveDashError } from "../../errors.ts";
import { type CsvFormat, detectSeparators } from "../csv/format.ts";
import { decode } from "./encoding.ts";
import { otherKindOfFile } from "./kindOfFile.ts";
import { type CsvSource, limited, nameOfSource, openSource, type SourceReader } from "./openSource.ts";

/** A CSV as it comes in, whatever it is written in. */
export interface OpenedCsv {
  /** Bytes as they are sent, where that is known. */
  totalBytes: number | undefined;
  separators: Pick<CsvFormat, "delimiter" | "lineEnds">;
  /** Its content in UTF-8. */
  content: AsyncIterable<Uint8Array>;
  /** Bytes that have come so far. */
  received(): number;
  /** How it is written: certain once all has been read. */
  format(): CsvFormat;
}

/** So much of a file decides on its encoding and what parts its fields; of a short one, all of it. */
const BEGINNING_BYTES = 256 * 1024;
const MOST_TIMES_COMPRESSED = 3;

/**
 * Opens a source and finds out from its beginning what it is and how it is written.
 * @throws LiveDashError those of openSource, `csv_empty`, `csv_other_kind`, `csv_broken_gzip`; also while it is read
 */
export async function openCsv(source: CsvSource, reader: SourceReader): Promise<OpenedCsv> {
  const { chunks, totalBytes } = await openSource(source, reader);
  let received = 0;
  const arriving = await gather(counted(chunks, (bytes) => (received += bytes)));
  try {
    return { totalBytes, received: () => received, ...(await recognise(arriving, source, reader)) };
  } catch (error) {
    // Whatever it comes from, a file or a sender, is not kept open for a file that is refused.
    await arriving.close();
    throw error;
  }
}

/** What a file is, and how it is written. */
async function recognise(arriving: Gathered, source: CsvSource, reader: SourceReader) {
  const name = nameOfSource(source);
  const isCompressed = isGzip(arriving);
  let unpacked = arriving;
  // Some servers compress what is compressed already.
  for (let times = 0; isGzip(unpacked); times += 1) {
    if (times === MOST_TIMES_COMPRESSED) {
      throw new LiveDashError("csv_other_kind", `${name} was compressed more than ${times} times. Compress it once.`);
    }
    unpacked = await gather(limited(gunzip(unpacked.all, name), source, reader.config.CSV_MAX_BYTES));
  }
  refuseOtherKinds(unpacked.beginning, name);
  const decoded = decode(unpacked.all);
  const text = await gather(decoded.content);
  if (/^[\s\p{Cc}\uFEFF]*$/u.test(text.beginning.toString("utf8"))) {
    throw new LiveDashError("csv_empty", `${name} is empty.`);
  }
  const separators = detectSeparators(text.beginning);
  const format = (): CsvFormat => ({ ...separators, isCompressed, encoding: decoded.encoding() });
  return { separators, content: text.all, format };
}

const isGzip = ({ beginning }: Gathered): boolean => beginning[0] === 0x1f && beginning[1] === 0x8b;

interface Gathered {
  beginning: Buffer;
  all: AsyncIterable<Buffer>;
  close(): Promise<unknown>;
}

/** The beginning of a stream in one piece, and all of it. */
async function gather(chunks: AsyncIterable<Buffer>): Promise<Gathered> {
  const iterator = chunks[Symbol.asyncIterator]();
  const parts: Buffer[] = [];
  let bytes = 0;
  while (bytes < BEGINNING_BYTES) {
    const next = await iterator.next();
    if (next.done) break;
    parts.push(next.value);
    bytes += next.value.length;
  }
  const beginning = Buffer.concat(parts);
  async function* all(): AsyncGenerator<Buffer> {
    try {
      yield beginning;
      yield* { [Symbol.asyncIterator]: () => iterator };
    } finally {
      await iterator.return?.();
    }
  }
  return { beginning, all: all(), close: async () => iterator.return?.() };
}

async function* counted(chunks: AsyncIterable<Uint8Array>, count: (bytes: number) => void): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    count(chunk.byteLength);
    yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  }
}

async function* gunzip(chunks: AsyncIterable<Buffer>, name: string): AsyncGenerator<Buffer> {
  const unpacking = createGunzip();
  // What fails in between fails what is read from the end too.
  pipeline(chunks, unpacking).catch(() => undefined);
  try {
    yield* unpacking as AsyncIterable<Buffer>;
  } catch (cause) {
    if (!codeOf(cause)?.startsWith("Z_")) throw cause;
    const sentence = `${name} is a damaged gzip file. Compress it again.`;
    throw new LiveDashError("csv_broken_gzip", sentence, { cause });
  }
}

/** Every row would be bad, and none would say why. */
function refuseOtherKinds(beginning: Buffer, name: string): void {
  const kind = otherKindOfFile(beginning);
  if (kind) throw new LiveDashError("csv_other_kind", `${name} is ${kind.what}, not a CSV file: ${kind.remedy}.`);
}
