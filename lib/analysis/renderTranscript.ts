import type { TranscriptMessage } from "./analysis.ts";

/** Ends of a line to some readers, though not to JSON. */
const OTHER_LINE_ENDS = /[\u0085\u2028\u2029]/g;

/**
 * A transcript as the model reads it: one JSON object for each message, each on its line. What was written stays within the
 * quotes of its own object, so that no text can look like another message; whom a message is from is a label, nothing more.
 */
export function renderTranscript(messages: readonly TranscriptMessage[]): string {
  return messages.map(renderMessage).join("\n");
}

function renderMessage({ role, content }: TranscriptMessage): string {
  return JSON.stringify({ speaker: role.toLowerCase(), text: content }).replaceAll(
    OTHER_LINE_ENDS,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
