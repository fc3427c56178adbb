import { BAD_ROW_CHARACTERS } from "../limits.ts";

/** UTF-8 takes at most so many bytes for one UTF-16 unit. */
const MOST_BYTES = 3;

/** What is kept of a bad row, as PostgreSQL can hold it: without U+0000; bytes that are no UTF-8 become U+FFFD. */
export function rawText(row: Buffer | string): string {
  const text = typeof row === "string" ? row : row.subarray(0, MOST_BYTES * BAD_ROW_CHARACTERS).toString("utf8");
  return text.slice(0, BAD_ROW_CHARACTERS).replaceAll("\0", "").toWellFormed();
}
