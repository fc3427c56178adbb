import type { TranscriptMessage } from "./analysis.ts";

/** A transcript as the model reads it: one `Role: text` after the other, unable to end the mark that it stands in. */
export function renderTranscript(messages: readonly TranscriptMessage[]): string {
  return messages.map((message) => `${message.role}: ${message.content}`.replaceAll("</", "< /")).join("\n");
}
