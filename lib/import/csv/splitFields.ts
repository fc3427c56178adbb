const QUOTE = '"';

/** The fields of one record whose quotes are known to be right. */
export function splitFields(record: string, delimiter: string): string[] {
  if (!record.includes(QUOTE)) return record.split(delimiter);
  const fields: string[] = [];
  let at = 0;
  for (;;) {
    if (record[at] === QUOTE) {
      const close = closingQuote(record, at + 1);
      fields.push(record.slice(at + 1, close).replaceAll('""', QUOTE));
      at = close + 1;
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
