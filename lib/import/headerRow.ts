import { writtenTime } from "./readCsvTime.ts";

/** A header names nearly all of the columns; a session leaves many of them empty. */
const FEWEST_NAMES = 8;
const LONGEST_NAME = 60;
const LETTER = /\p{L}/u;
/** What sessions hold, and no column is called. */
const VALUE = /^(?:true|false|yes|no|ja|nee|nein|oui|non|positive|neutral|negative|https?:.*)$/i;

/** Whether the cells are names of columns, wherever in the file they stand: words in all of them, where a session has its times too. */
export function isHeader(cells: readonly string[], line: number): boolean {
  const [, start = "", end = ""] = cells.map((cell) => cell.trim());
  if (writtenTime(start) || writtenTime(end)) return false;
  if (line === 1 && [start, end].every((cell) => LETTER.test(cell) && !/\d/.test(cell))) return true;
  const names = cells.map((cell) => cell.trim()).filter((cell) => cell !== "");
  return names.length >= FEWEST_NAMES && names.every(isName);
}

function isName(cell: string): boolean {
  return cell.length <= LONGEST_NAME && LETTER.test(cell) && !VALUE.test(cell);
}
