import { hash } from "node:crypto";
import type { ImportRow } from "../row.ts";

const NO_TRANSCRIPT = "none";

/** What SessionImport.contentHash holds: the SHA-256 of the row, and that of its transcript. */
export function contentHashOf(rowHash: string, transcript: string | null): string {
  return `${rowHash}:${transcript === null ? NO_TRANSCRIPT : hash("sha256", transcript, "hex")}`;
}

/** A row without a transcript does not take away the transcript that an earlier import brought. */
export function isSame(row: ImportRow, contentHash: string): boolean {
  return row.transcript === null
    ? isSameRow(row, contentHash)
    : contentHash === contentHashOf(row.rowHash, row.transcript);
}

/** The same columns, read before together with a transcript: it need not be fetched again. */
export function isSameWithTranscript(row: ImportRow, contentHash: string): boolean {
  return isSameRow(row, contentHash) && !contentHash.endsWith(`:${NO_TRANSCRIPT}`);
}

const isSameRow = (row: ImportRow, contentHash: string) => contentHash.startsWith(`${row.rowHash}:`);
