import { messageIn } from "../nothing.ts";
import { parseTranscript } from "./parseTranscript.ts";
import type { TranscriptLine, TranscriptReader } from "./readHead.ts";

/** A session's messages: its transcript's, or the initial message as the user's only one, or none. */
export function messagesOf(
  transcript: string | null,
  initialMessage: string | null,
  reader: TranscriptReader,
): TranscriptLine[] {
  if (transcript !== null) return parseTranscript(transcript, reader);
  const content = messageIn(initialMessage)?.trim();
  return content === undefined ? [] : [{ role: "User", timestamp: null, content }];
}
