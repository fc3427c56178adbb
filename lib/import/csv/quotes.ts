const QUOTE = 0x22;
const EQUALS = 0x3d;
const BLANK = 0x20;
const TAB = 0x09;

/**
 * Where a field's opening quote stands, -1 if it has none. Blanks may stand before it, and the `=` by which spreadsheets are
 * told to leave a number as it is: `="0012"`.
 */
export function openingQuote(bytes: Uint8Array, from: number, delimiter: number): number {
  const at = afterBlanks(bytes, from, delimiter);
  const quote = bytes[at] === EQUALS ? at + 1 : at;
  return bytes[quote] === QUOTE ? quote : -1;
}

/** The offset after blanks, such as those that follow a closing quote: there the field must end. */
export function afterBlanks(bytes: Uint8Array, from: number, delimiter: number): number {
  let at = from;
  while (bytes[at] === BLANK || (bytes[at] === TAB && delimiter !== TAB)) at += 1;
  return at;
}

/** The same in a text: where what is in quotes begins, -1 for a field without quotes. */
export function openedAt(record: string, from: number, delimiter: string): number {
  const opening = delimiter === "\t" ? / *=?"/y : /[ \t]*=?"/y;
  opening.lastIndex = from;
  return opening.test(record) ? opening.lastIndex : -1;
}

/** The offset after the closing quote at `quote` and the blanks behind it. */
export function afterClosing(record: string, quote: number, delimiter: string): number {
  const blanks = delimiter === "\t" ? / */y : /[ \t]*/y;
  blanks.lastIndex = quote + 1;
  blanks.test(record);
  return blanks.lastIndex;
}
