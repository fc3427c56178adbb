import { isUtf8 } from "node:buffer";
import { BAD_ROW_CHARACTERS } from "../limits.ts";
import type { BadRow } from "../row.ts";

/** UTF-8 takes at most so many bytes for one UTF-16 unit. */
const MOST_BYTES = 3 * BAD_ROW_CHARACTERS;

/** What is kept of a bad row: its text, and its bytes where the text does not hold all of them. */
export function keptOf(row: Buffer | string): Pick<BadRow, "raw" | "bytes"> {
  const bytes = typeof row === "string" ? undefined : row.subarray(0, MOST_BYTES);
  const text = typeof row === "string" ? row.slice(0, BAD_ROW_CHARACTERS) : (bytes?.toString("utf8") ?? "");
  const raw = storable(text);
  const isWhole = bytes === undefined || isUtf8(bytes) || row.length > MOST_BYTES;
  if (isWhole && !text.includes("\0")) return { raw };
  return { raw, bytes: bytes ? Buffer.from(bytes) : Buffer.from(text) };
}

/** As PostgreSQL can hold it: without U+0000; bytes that are no UTF-8 have become U+FFFD. */
function storable(text: string): string {
  return text.slice(0, BAD_ROW_CHARACTERS).replaceAll("\0", "").toWellFormed();
}
