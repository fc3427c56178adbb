import { decodeWhole } from "../source/encoding.ts";
import { documentKind } from "../source/kindOfFile.ts";

type TranscriptCode = "transcript_refused" | "transcript_too_large" | "transcript_unavailable";

/**
 * What became of looking for a transcript: its text, null where it has none; that it is gone; or why the row cannot be
 * imported without it.
 */
export type FoundTranscript = { text: string | null } | { isGone: true } | { code: TranscriptCode; reason: string };

/** The text of a transcript's bytes, U+0000 taken out; one without a visible character counts as none. */
export function decodeTranscript(bytes: Buffer): FoundTranscript {
  const kind = documentKind(bytes);
  if (kind) return { code: "transcript_refused", reason: `The transcript is ${kind}. Save it as plain text in UTF-8.` };
  const decoded = decodeWhole(bytes);
  if (decoded === undefined) {
    const reason =
      "The transcript is not in one encoding: many of its characters cannot be read. Save it as plain text in UTF-8.";
    return { code: "transcript_refused", reason };
  }
  const text = decoded.replaceAll("\0", "");
  return { text: text.replace("\uFEFF", "").trim() === "" ? null : text };
}
