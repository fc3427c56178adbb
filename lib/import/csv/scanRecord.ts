import { COLUMNS } from "../row.ts";
import { afterBlanks, openingQuote } from "./quotes.ts";

const QUOTE = 0x22;
const LF = 0x0a;
const CR = 0x0d;

/** The bytes that part fields and records. */
export interface Separators {
  delimiter: number;
  /** LF, before which a CR counts as part of the line end; or CR alone. */
  lineEnd: number;
}

export type Scan =
  /** A whole record in bytes [start, end); the next one begins at `next`. */
  | { kind: "record"; end: number; next: number }
  /** The record goes on beyond the buffer; `inQuotes`: inside a quoted field. */
  | { kind: "incomplete"; inQuotes: boolean }
  | { kind: "broken"; reason: string };

const INCOMPLETE: Scan = { kind: "incomplete", inQuotes: false };
const NOT_CLOSED: Scan = { kind: "broken", reason: "A quoted field is never closed." };
const TEXT_AFTER_QUOTE: Scan = {
  kind: "broken",
  reason: 'A field has text after its closing quote. A quote inside a quoted field must be written twice ("").',
};
const QUOTE_INSIDE: Scan = {
  kind: "broken",
  reason: "An unquoted field contains a quote. Quote the whole field, and write each quote in it twice.",
};

/**
 * Finds the end of one RFC 4180 record that has quotes or the other kind of line end in it, and checks that quotes stand where
 * they may. Outside quotes the other kind of line end ends a record too, unless it is a stray one inside a text.
 * @param last the buffer holds the end of the file, so its end ends a record
 */
export function scanRecord(buffer: Buffer, start: number, last: boolean, separators: Separators): Scan {
  const { delimiter } = separators;
  let at = start;
  for (let fields = 1; ; fields += 1) {
    const quote = openingQuote(buffer, at, delimiter);
    const fieldEnd =
      quote === -1 ? plainEnd(buffer, at, last, fields, separators) : closingQuote(buffer, quote + 1, last, delimiter);
    if (typeof fieldEnd !== "number") return fieldEnd;
    const byte = buffer[fieldEnd];
    if (byte === delimiter) at = fieldEnd + 1;
    else if (byte === undefined) return last ? { kind: "record", end: fieldEnd, next: fieldEnd } : INCOMPLETE;
    else if (byte === LF || byte === CR) return endOfLine(buffer, fieldEnd, last, separators);
    else return quote === -1 ? QUOTE_INSIDE : TEXT_AFTER_QUOTE;
  }
}

/** The offset after the quote that closes the field and the blanks behind it, where a pair of quotes stands for one. */
function closingQuote(buffer: Buffer, from: number, last: boolean, delimiter: number): number | Scan {
  let at = from;
  for (;;) {
    const quote = buffer.indexOf(QUOTE, at);
    if (quote === -1) return last ? NOT_CLOSED : { kind: "incomplete", inQuotes: true };
    if (quote + 1 === buffer.length && !last) return INCOMPLETE;
    if (buffer[quote + 1] !== QUOTE) return afterBlanks(buffer, quote + 1, delimiter);
    at = quote + 2;
  }
}

/** The offset of the delimiter, line end or (wrong) quote that ends an unquoted field, or of the buffer's end. */
function plainEnd(buffer: Buffer, from: number, last: boolean, fields: number, separators: Separators): number | Scan {
  for (let at = from; at < buffer.length; at += 1) {
    const byte = buffer[at];
    if (byte === separators.delimiter || byte === QUOTE || byte === separators.lineEnd) return at;
    if (byte !== CR && byte !== LF) continue;
    if (byte === CR && buffer[at + 1] === LF) return at;
    const columns = columnsOfLine(buffer, at + 1, last, fields, separators.delimiter);
    if (columns === undefined) return INCOMPLETE;
    if (columns === 0 || columns > COLUMNS.length) return at;
  }
  return buffer.length;
}

/** How many columns the record has if the line that begins here belongs to it; 0 for an empty line, undefined for half a one. */
function columnsOfLine(buffer: Buffer, from: number, last: boolean, fields: number, delimiter: number) {
  let columns = fields;
  for (let at = from; at < buffer.length; at += 1) {
    const byte = buffer[at];
    if (byte === LF || byte === CR) return at === from ? 0 : columns;
    if (byte === delimiter) columns += 1;
  }
  if (!last) return undefined;
  return from === buffer.length ? 0 : columns;
}

function endOfLine(buffer: Buffer, at: number, last: boolean, { lineEnd }: Separators): Scan {
  const isPair = buffer[at] === CR && lineEnd === LF && buffer[at + 1] === LF;
  if (isPair) return { kind: "record", end: at, next: at + 2 };
  const mayBePair = buffer[at] === CR && lineEnd === LF && at + 1 === buffer.length;
  return mayBePair && !last ? INCOMPLETE : { kind: "record", end: at, next: at + 1 };
}
