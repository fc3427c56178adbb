import { readHead, type TranscriptReader } from "./readHead.ts";
import type { Role } from "./roles.ts";

export interface TranscriptLine {
  role: Role;
  /** ISO 8601 in UTC; null where the transcript gives no time, or one that does not exist. */
  timestamp: string | null;
  content: string;
}

/**
 * Reads a transcript: lines with a head, which names who speaks and perhaps when; a line without one continues the message
 * before it. Where any head has a time, only those with one count: `Note: ...` or `User: ...` inside a message stays in it.
 * Text before the first head is a message of the user's without a time. Lines end with LF, CRLF or CR.
 * Every text with a visible character gives one message or more, in its order; U+0000 is taken out.
 */
export function parseTranscript(text: string, reader: TranscriptReader): TranscriptLine[] {
  const lines = linesOf(text);
  const heads = readHeads(lines, reader);
  const messages: { line: Omit<TranscriptLine, "content">; parts: string[] }[] = [];
  for (const [index, line] of lines.entries()) {
    const head = heads[index];
    if (head) {
      messages.push({ line: { role: head.role, timestamp: head.timestamp }, parts: [head.rest] });
    } else if (messages.length > 0) {
      messages.at(-1)?.parts.push(line);
    } else if (line.trim() !== "") {
      messages.push({ line: { role: "User", timestamp: null }, parts: [line] });
    }
  }
  return messages.map(({ line, parts }) => ({ ...line, content: parts.join("\n").trim() }));
}

/** Whether the transcript says of any message who speaks. */
export function hasSpeakers(text: string, reader: TranscriptReader): boolean {
  return linesOf(text).some((line) => readHead(line, reader) !== undefined);
}

function readHeads(lines: readonly string[], reader: TranscriptReader) {
  const heads = lines.map((line) => readHead(line, reader));
  const isTimed = heads.some((head) => head?.isTimed);
  return isTimed ? heads.map((head) => (head?.isTimed ? head : undefined)) : heads;
}

function linesOf(text: string): string[] {
  const withoutMark = text.startsWith("\uFEFF") ? text.slice(1) : text;
  const clean = withoutMark.includes("\0") ? withoutMark.replaceAll("\0", "") : withoutMark;
  return clean.split(/\r\n|\n|\r/);
}
