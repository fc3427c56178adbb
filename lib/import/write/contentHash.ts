import { hash } from "node:crypto";
import type { ImportRow } from "../row.ts";

const NO_TRANSCRIPT = "none";

/**
 * What SessionImport.contentHash holds, with colons between: the SHA-256 of the row, that of its transcript, and what
 * stands for the company's own role words, if it was read with any.
 */
export function contentHashOf(rowHash: string, transcript: string | null, roleWords: string): string {
  if (transcript === null) return `${rowHash}:${NO_TRANSCRIPT}`;
  return `${rowHash}:${hash("sha256", transcript, "hex")}${roleWords && `:${roleWords}`}`;
}

/** A row without a transcript does not take away the transcript that an earlier import brought. */
export function isSame(row: ImportRow, contentHash: string, roleWords: string): boolean {
  if (row.transcript !== null) return contentHash === contentHashOf(row.rowHash, row.transcript, roleWords);
  const [rowHash, transcript, words = ""] = contentHash.split(":");
  return rowHash === row.rowHash && (transcript === NO_TRANSCRIPT || words === roleWords);
}

/** The same columns, read before together with a transcript: it need not be fetched again. */
export function isSameWithTranscript(row: ImportRow, contentHash: string): boolean {
  return contentHash.startsWith(`${row.rowHash}:`) && !contentHash.endsWith(`:${NO_TRANSCRIPT}`);
}
