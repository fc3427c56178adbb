import { yieldEvery } from "../yieldEvery.ts";
import { separatorsOf } from "./csv/format.ts";
import { type CsvRecord, RecordSplitter } from "./csv/recordSplitter.ts";
import { CHUNK_BYTES, CHUNK_ROWS, MAX_RECORD_BYTES } from "./limits.ts";
import { parseRow, type RowReader } from "./parseRow.ts";
import { isMonthFirst } from "./readCsvTime.ts";
import { type BadRow, type ImportRow, isBadRow } from "./row.ts";
import type { Encoding } from "./source/encoding.ts";
import type { OpenedCsv } from "./source/openCsv.ts";
import { NO_TRANSCRIPTS, type TranscriptCounts } from "./transcripts/counts.ts";
import { type WarningCode, Warnings } from "./warnings.ts";

export interface ReadChunk {
  rows: ImportRow[];
  bad: BadRow[];
  /** Read from the source so far. */
  bytes: number;
  transcripts: TranscriptCounts;
  warnings: Warnings;
}

/** Read without a break. */
const ROWS_AT_A_TIME = 10;
/** An empty line with blanks in it, the old sign for a file's end (Ctrl-Z), or what a device has filled its last block with. */
const NOTHING_SEEN = /^[\s\p{Cf}\p{Cc}]*$/u;

export function emptyChunk(bytes: number): ReadChunk {
  return { rows: [], bad: [], bytes, transcripts: { ...NO_TRANSCRIPTS }, warnings: new Warnings() };
}

/** The rows of a CSV in chunks, good ones and bad ones, as it streams by. */
export async function* readChunks(source: OpenedCsv, reader: RowReader): AsyncGenerator<ReadChunk> {
  const splitter = new RecordSplitter(MAX_RECORD_BYTES, separatorsOf(source.separators));
  let chunk = emptyChunk(0);
  let size = 0;
  const yieldNow = yieldEvery(ROWS_AT_A_TIME);
  async function* take(records: (CsvRecord | BadRow)[]): AsyncGenerator<ReadChunk> {
    const { encoding } = source.format();
    for (const record of records) {
      await yieldNow();
      if (isNoRow(record)) continue;
      const row = "code" in record ? record : parseRow(record, reader);
      if (isBadRow(row)) {
        chunk.bad.push(row);
        if (row.code === "bad_date" && hasMonthFirst(record)) chunk.warnings.addLine("month_first", row.line);
      } else {
        chunk.rows.push(row);
        for (const warning of warningsOf(row, encoding)) chunk.warnings.addLine(warning, row.line);
      }
      size += isBadRow(row) ? row.raw.length : row.size;
      if (chunk.rows.length + chunk.bad.length < CHUNK_ROWS && size < CHUNK_BYTES) continue;
      yield chunk;
      chunk = emptyChunk(chunk.bytes);
      size = 0;
    }
  }
  for await (const bytes of source.content) {
    chunk.bytes = source.received();
    yield* take(splitter.push(bytes));
  }
  yield* take(splitter.push(new Uint8Array(), true));
  yield chunk;
}

/** A spreadsheet's empty row, what it writes on the first line to name its delimiter, or the old sign for a file's end. */
function isNoRow(record: CsvRecord | BadRow): boolean {
  if ("code" in record) return false;
  if (record.line === 1 && /^"?sep=.?"?$/i.test(record.text)) return true;
  return (
    NOTHING_SEEN.test(record.text) || (record.fields.length > 1 && record.fields.every((cell) => cell.trim() === ""))
  );
}

/** A row that is bad for it tells of the others, whose dates may be read either way. */
const hasMonthFirst = (record: CsvRecord | BadRow) =>
  "fields" in record && record.fields.slice(1, 3).some(isMonthFirst);

/** What stands in Windows-1252 for the later bytes of a character in UTF-8. */
const LATER = String.raw`[\u0080-\u00BF\u0152-\u0178\u017D\u017E\u0192\u02C6\u02DC\u2013-\u203A\u20AC\u2122]`;
/**
 * What UTF-8 looks like that was once read as Windows-1252: "Ã¼" for "ü", "â€™" for an apostrophe, "ðŸ" for the beginning of an
 * emoji. A word in capitals may end with "Å”": others count within a word.
 */
const GARBLED = new RegExp(`Ã${LATER}|[ÄÅÐÑ]${LATER}(?=\\p{L})|â€|ðŸ`, "u");
/** What Mac Roman and cp850 look like that are read so ("fŸr", "sch”n", "mšchte"; "Dušan" is a name), and whole words in Cyrillic. */
const NO_WINDOWS_1252 =
  /\p{L}[„”]\p{L}|\p{L}Ÿ\p{Ll}|\p{Ll}Š\p{Ll}|[b-df-hj-np-tv-z]š[b-df-hj-np-tv-z]|([À-ÖØ-öø-ÿ])(?!\1{4})[À-ÖØ-öø-ÿ]{4}/u;

/** Its text is looked at first: that is one search. Behind its columns may stand the reason that an earlier import gave. */
function* warningsOf({ text, raw }: ImportRow, encoding: Encoding): Generator<WarningCode> {
  const holds = (sign: RegExp) => Object.values(raw).some((column) => column !== null && sign.test(column));
  if (text?.includes("\uFFFD") && holds(/\uFFFD/)) yield "replacement_character";
  const isGarbled = (sign: RegExp) => text && sign.test(text) && holds(sign);
  if (isGarbled(GARBLED) || (encoding === "Windows-1252" && isGarbled(NO_WINDOWS_1252))) yield "garbled_characters";
  if (!HAS_SECONDS.test(raw.startTimeRaw ?? "") || !HAS_SECONDS.test(raw.endTimeRaw ?? ""))
    yield "time_without_seconds";
}

const HAS_SECONDS = /:\d{2}:\d{2}|[\sT]\d{1,2}\.\d{2}\.\d{2}/i;
