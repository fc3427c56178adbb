import { onOneLine } from "../jsonText.ts";
import type { TranscriptMessage } from "./analysis.ts";

/**
 * A transcript as the model reads it: one JSON object for each message, each on its line. What was written stays within the
 * quotes of its own object, so that no text can look like another message; whom a message is from is a label, nothing more.
 */
export function renderTranscript(messages: readonly TranscriptMessage[]): string {
  return messages
    .map(({ role, content }) => onOneLine(JSON.stringify({ speaker: role.toLowerCase(), text: content })))
    .join("\n");
}
