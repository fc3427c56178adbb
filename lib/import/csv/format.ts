import { columnsOf } from "../columnsOf.ts";
import { COLUMNS } from "../row.ts";
import type { Encoding } from "../source/encoding.ts";
import { RecordSplitter } from "./recordSplitter.ts";
import type { Separators } from "./scanRecord.ts";

type Delimiter = keyof typeof DELIMITERS;
type LineEnds = keyof typeof LINE_ENDS;

/** How a CSV is written. */
export interface CsvFormat {
  encoding: Encoding;
  delimiter: Delimiter;
  lineEnds: LineEnds;
  isCompressed: boolean;
}

const DELIMITERS = { ",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars" } as const;
const LINE_ENDS = { LF: "LF", CRLF: "CR LF", CR: "CR alone" } as const;
/** So many records of the beginning decide on the delimiter. */
const RECORDS_LOOKED_AT = 100;
const MOST_RECORD_BYTES = 64 * 1024;

/** A sentence's worth of how a file is written, such as `UTF-8, separated by semicolons, lines end with CR LF`. */
export function describeFormat({ encoding, delimiter, lineEnds, isCompressed }: CsvFormat): string {
  const packed = isCompressed ? ", compressed with gzip" : "";
  return `${encoding}, separated by ${DELIMITERS[delimiter]}, lines end with ${LINE_ENDS[lineEnds]}${packed}`;
}

export function separatorsOf({ delimiter, lineEnds }: Pick<CsvFormat, "delimiter" | "lineEnds">): Separators {
  return { delimiter: delimiter.charCodeAt(0), lineEnd: lineEnds === "CR" ? 0x0d : 0x0a };
}

/**
 * Finds out from the beginning of a file, in UTF-8, what parts its records and fields: the line end that most lines have,
 * and the delimiter by which most records have the columns that they must, or else many. In doubt LF and commas.
 */
export function detectSeparators(beginning: Buffer): Pick<CsvFormat, "delimiter" | "lineEnds"> {
  const lineEnds = detectLineEnds(beginning.toString("latin1"));
  const [best] = (Object.keys(DELIMITERS) as Delimiter[])
    .map((delimiter) => ({ delimiter, ...countColumns(beginning, { delimiter, lineEnds }) }))
    .sort((a, b) => b.fitting - a.fitting || b.parted - a.parted);
  return { delimiter: best?.delimiter ?? ",", lineEnds };
}

/** The kind that most lines of the beginning end with. */
function detectLineEnds(text: string): LineEnds {
  const counts = { LF: 0, CRLF: 0, CR: 0 };
  let lines = 0;
  let inQuotes = false;
  for (const [mark] of text.matchAll(/"|\r+\n|\n|\r/g)) {
    if (mark === '"') inQuotes = !inQuotes;
    if (mark === '"' || inQuotes) continue;
    counts[mark === "\r" ? "CR" : mark === "\n" ? "LF" : "CRLF"] += 1;
    lines += 1;
    if (lines === RECORDS_LOOKED_AT) break;
  }
  // Nothing but quoted text, it seems: a quote was opened and never closed.
  if (lines === 0) return text.includes("\n") || !text.includes("\r") ? "LF" : "CR";
  return (["LF", "CRLF", "CR"] as const).reduce((most, kind) => (counts[kind] > counts[most] ? kind : most));
}

/** Records with all columns, whatever a spreadsheet or a report of bad rows has added to them. */
function countColumns(beginning: Buffer, separators: Pick<CsvFormat, "delimiter" | "lineEnds">) {
  const splitter = new RecordSplitter(MOST_RECORD_BYTES, separatorsOf(separators));
  const records = splitter.push(beginning).slice(0, RECORDS_LOOKED_AT);
  const all = records.length > 0 ? records : splitter.push(new Uint8Array(), true);
  const counts = all.map((record) => ("fields" in record ? columnsOf(record.fields).fields.length : 0));
  return {
    fitting: counts.filter((count) => count === COLUMNS.length).length,
    parted: counts.filter((count) => count > COLUMNS.length / 2).length,
  };
}
