export type CsvCell = string | number | boolean | null;

/** Excel takes a file for UTF-8 when it begins with this. */
export const BYTE_ORDER_MARK = "\uFEFF";

/**
 * A line of CSV (RFC 4180). A text that a spreadsheet would take for a formula gets an apostrophe in front: whoever opens
 * the file must not run what somebody wrote into a chat.
 */
export function csvLine(cells: readonly CsvCell[]): string {
  return `${cells.map(encodeCell).join(",")}\r\n`;
}

function encodeCell(cell: CsvCell): string {
  if (typeof cell !== "string") return String(cell ?? "");
  const harmless = /^\s*[=+\-@]|^[\t\r\n]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
