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

const NOT_CLOSED: Scan = { kind: "broken", reason: "A quoted field is never closed." };
const TEXT_AFTER_QUOTE: Scan = { kind: "broken", reason: "A field has text after its closing quote." };
const QUOTE_INSIDE: Scan = { kind: "broken", reason: "An unquoted field contains a quote." };

/**
 * Finds the end of one RFC 4180 record that has quotes in it, and checks that they stand where they may.
 * @param last the buffer holds the end of the file, so its end ends a record
 */
export function scanRecord(buffer: Buffer, start: number, last: boolean, separators: Separators): Scan {
  const { delimiter, lineEnd } = separators;
  let at = start;
  for (;;) {
    const quoted = buffer[at] === QUOTE;
    const fieldEnd = quoted ? closingQuote(buffer, at + 1, last) : plainEnd(buffer, at, separators);
    if (typeof fieldEnd !== "number") return fieldEnd;
    const byte = buffer[fieldEnd];
    if (byte === delimiter) at = fieldEnd + 1;
    else if (byte === lineEnd) return { kind: "record", end: fieldEnd, next: fieldEnd + 1 };
    else if (byte === undefined) {
      return last ? { kind: "record", end: fieldEnd, next: fieldEnd } : { kind: "incomplete", inQuotes: false };
    } else if (byte === CR) return endAfterReturn(buffer, fieldEnd, last);
    else return quoted ? TEXT_AFTER_QUOTE : QUOTE_INSIDE;
  }
}

/** The offset after the quote that closes the field, where a pair of quotes stands for one. */
function closingQuote(buffer: Buffer, from: number, last: boolean): number | Scan {
  let at = from;
  for (;;) {
    const quote = buffer.indexOf(QUOTE, at);
    if (quote === -1) return last ? NOT_CLOSED : { kind: "incomplete", inQuotes: true };
    if (quote + 1 === buffer.length && !last) return { kind: "incomplete", inQuotes: false };
    if (buffer[quote + 1] !== QUOTE) return quote + 1;
    at = quote + 2;
  }
}

/** The offset of the delimiter, line end or (wrong) quote that ends an unquoted field, or of the buffer's end. */
function plainEnd(buffer: Buffer, from: number, { delimiter, lineEnd }: Separators): number {
  for (let at = from; at < buffer.length; at += 1) {
    const byte = buffer[at];
    if (byte === delimiter || byte === QUOTE) return at;
    if (byte === lineEnd) return lineEnd === LF && at > from && buffer[at - 1] === CR ? at - 1 : at;
  }
  return buffer.length;
}

function endAfterReturn(buffer: Buffer, at: number, last: boolean): Scan {
  if (buffer[at + 1] === LF) return { kind: "record", end: at, next: at + 2 };
  if (at + 1 < buffer.length) return TEXT_AFTER_QUOTE;
  return last ? { kind: "record", end: at, next: at + 1 } : { kind: "incomplete", inQuotes: false };
}
