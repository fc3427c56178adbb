import { afterClosing, openedAt } from "./quotes.ts";

const QUOTE = '"';

/**
 * The fields of a record whose quotes may be wrong: what cannot be a quote of its field is text of it. A field is closed by a
 * quote that a delimiter or the end follows; one that is never closed reaches to the next delimiter, its quote included.
 * Of a record with right quotes these are the fields that every reader finds.
 */
export function splitBroken(record: string, delimiter: string): string[] {
  const fields: string[] = [];
  for (let at = 0; at <= record.length; ) {
    const opened = openedAt(record, at, delimiter);
    const close = opened === -1 ? -1 : closingQuote(record, opened, delimiter);
    const next = close === -1 ? record.indexOf(delimiter, at) : afterClosing(record, close, delimiter);
    const end = next === -1 ? record.length : next;
    fields.push(close === -1 ? record.slice(at, end) : record.slice(opened, close).replaceAll('""', QUOTE));
    at = end + 1;
  }
  return fields;
}

function closingQuote(record: string, from: number, delimiter: string): number {
  for (let at = record.indexOf(QUOTE, from); at !== -1; at = record.indexOf(QUOTE, at + 1)) {
    if (record[at + 1] === QUOTE) {
      at += 1;
      continue;
    }
    const next = record[afterClosing(record, at, delimiter)];
    if (next === undefined || next === delimiter) return at;
  }
  return -1;
}
