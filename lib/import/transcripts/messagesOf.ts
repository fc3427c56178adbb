import type { TimeReader } from "../timeZone.ts";
import { parseTranscript, type TranscriptLine } from "./parseTranscript.ts";

/** A session's messages: its transcript's, or the initial message as the user's only one, or none. */
export function messagesOf(
  transcript: string | null,
  initialMessage: string | null,
  readTime: TimeReader,
): TranscriptLine[] {
  if (transcript !== null) return parseTranscript(transcript, readTime);
  const content = initialMessage?.trim() ?? "";
  return content === "" ? [] : [{ role: "User", timestamp: null, content }];
}
