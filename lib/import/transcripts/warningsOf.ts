import type { WarningCode } from "../warnings.ts";
import { hasSpeakers, isOneSided } from "./parseTranscript.ts";
import type { TranscriptReader } from "./readHead.ts";
import { readJsonTranscript } from "./readJson.ts";

/** What somebody should know of a transcript, and more about it in a few words. */
export interface TranscriptWarning {
  code: WarningCode;
  what?: string;
}

/** What reading a transcript leaves in doubt. */
export function warningsOf(text: string, reader: TranscriptReader): TranscriptWarning[] {
  const damage: TranscriptWarning[] = text.includes("\uFFFD") ? [{ code: "transcript_damaged" }] : [];
  return [...damage, ...doubtsOf(text, reader)];
}

function doubtsOf(text: string, reader: TranscriptReader): TranscriptWarning[] {
  const unread = readJsonTranscript(text, reader)?.unread;
  if (unread) return [{ code: "transcript_text_unknown", what: `${unread} ${unread === 1 ? "message" : "messages"}` }];
  if (!hasSpeakers(text, reader)) return [{ code: "transcript_without_speakers" }];
  return isOneSided(text, reader) ? [{ code: "transcript_one_sided" }] : [];
}
