import { afterClosing, openedAt } from "./quotes.ts";

const QUOTE = '"';

/** The fields of one record whose quotes are known to be right. */
export function splitFields(record: string, delimiter: string): string[] {
  if (!record.includes(QUOTE)) return record.split(delimiter);
  const fields: string[] = [];
  let at = 0;
  for (;;) {
    const opened = openedAt(record, at, delimiter);
    if (opened !== -1) {
      const close = closingQuote(record, opened);
      fields.push(record.slice(opened, close).replaceAll('""', QUOTE));
      at = afterClosing(record, close, delimiter);
    } else {
      const next = record.indexOf(delimiter, at);
      const end = next === -1 ? record.length : next;
      fields.push(record.slice(at, end));
      at = end;
    }
    if (at >= record.length) return fields;
    at += 1;
  }
}

function closingQuote(record: string, from: number): number {
  let at = record.indexOf(QUOTE, from);
  while (record[at + 1] === QUOTE) at = record.indexOf(QUOTE, at + 2);
  return at;
}
