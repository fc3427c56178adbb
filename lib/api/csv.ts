export type CsvCell = string | number | boolean | null;

/** Excel takes a file for UTF-8 when it begins with this. */
export const BYTE_ORDER_MARK = "\uFEFF";

/**
 * Where a spreadsheet may find a formula: at the beginning of a cell, and behind whatever another program, or one set to
 * another delimiter, takes for the end of one. Full-width signs count: some spreadsheets read them as the plain ones.
 */
const ENDS_A_CELL = "[;|\\t\\r\\n\\v\\f\\u0085\\u2028\\u2029]";
const PADDING = '(?:[^\\S\\t\\r\\n\\v\\f\\u2028\\u2029]|")*';
const SIGN = "[=+\\-@\uFF1D\uFF0B\uFF0D\uFF20\uFE66\uFE62\uFE63\uFE6B]";
const FORMULAS = new RegExp(`(^|${ENDS_A_CELL})(?=${PADDING}${SIGN})`, "g");
const NEEDS_QUOTES = new RegExp(`[",]|${ENDS_A_CELL}`);

/**
 * A line of CSV (RFC 4180). A text that a spreadsheet would take for a formula gets an apostrophe in front: whoever opens
 * the file must not run what somebody wrote into a chat.
 */
export function csvLine(cells: readonly CsvCell[]): string {
  return `${cells.map(encodeCell).join(",")}\r\n`;
}

function encodeCell(cell: CsvCell): string {
  if (typeof cell !== "string") return String(cell ?? "");
  const harmless = cell.replaceAll(FORMULAS, "$1'").replace(/^(?=[\t\r\n])/, "'");
  return NEEDS_QUOTES.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
