import { isIP } from "node:net";
import { writtenTime } from "./readCsvTime.ts";

const DATE = /^(?:\d{1,2}[./-]\d{1,2}[./-]\d{4}|\d{4}[./-]\d{2}[./-]\d{2})(?:[ T]\d{1,2}:\d{2}.{0,12})?$/;
const DATE_START = /^\d{1,4}[./-]/;
const URL_START = /^https?:\/\//i;
const NUMBER = /^[+-]?\d+(?:[.,]\d+)?$/;
const FRACTION = /^\d+[.,]\d+$/;

/** What a cell holds that can stand in its own column alone, and which columns (from 0) that may be. */
const SIGNS: readonly [what: string, is: (cell: string) => boolean, mayBe: readonly number[]][] = [
  ["a date", (cell) => DATE.test(cell) || (DATE_START.test(cell) && writtenTime(cell) !== undefined), [1, 2, 15]],
  ["an IP address", (cell) => isIP(cell) !== 0, [0, 3, 15]],
  ["a web address", (cell) => URL_START.test(cell), [10, 14, 15]],
];

/**
 * Whether the cells of a row that has the right number of columns are shifted against them, as when a cell was deleted or
 * inserted in a spreadsheet: then it would be imported with one thing in the place of another.
 * @returns the first column (from 0) that shows it, and what it holds
 */
export function findShifted(fields: readonly string[]): { index: number; what: string } | undefined {
  for (const [index, field] of fields.entries()) {
    const cell = field.trim();
    const sign = SIGNS.find(([, is, mayBe]) => !mayBe.includes(index) && is(cell));
    if (sign) return { index, what: sign[0] };
    if (index === 5 && NUMBER.test(cell)) return { index, what: "a number" };
    if (index === 10 && FRACTION.test(cell)) return { index, what: "a number" };
  }
  return undefined;
}
