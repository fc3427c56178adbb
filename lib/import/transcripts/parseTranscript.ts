import { type Head, readHead, type TranscriptLine, type TranscriptReader } from "./readHead.ts";
import { readJsonTranscript } from "./readJson.ts";
import { type Role, roleOfStaff } from "./roles.ts";

/**
 * Reads a transcript: lines with a head, which names who speaks and perhaps when; a line without one continues the message
 * before it. Where any head has a time, only those with one count: `Note: ...` or `User: ...` inside a message stays in it.
 * Heads look alike: where the first has no bullet, `- Agent: ...` is text. Text before the first head is a message of the user's without a time. Lines end with LF, CRLF or CR.
 * JSON with messages is read as such. Every text with a visible character gives one message or more, in its order; U+0000 is taken out.
 */
export function parseTranscript(text: string, reader: TranscriptReader): TranscriptLine[] {
  const fromJson = readJsonTranscript(text, reader);
  if (fromJson) return fromJson;
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
  return (
    readJsonTranscript(text, reader) !== undefined || linesOf(text).some((line) => readHead(line, reader) !== undefined)
  );
}

interface SpokenHead extends Pick<Head, "timestamp" | "rest"> {
  role: Role;
}

function readHeads(lines: readonly string[], reader: TranscriptReader): (SpokenHead | undefined)[] {
  let last: Date | undefined;
  const found = lines.map((line) => {
    const head = readHead(line, reader, last);
    if (head?.timestamp) last = new Date(head.timestamp);
    return head;
  });
  const isTimed = found.some((head) => head?.isTimed);
  const timed = isTimed ? found.map((head) => (head?.isTimed ? head : undefined)) : found;
  // What is marked as the first head is: a list inside an answer is not.
  const mark = timed.find((head) => head !== undefined)?.mark;
  const heads = timed.map((head) => (head?.mark === mark ? head : undefined));
  const staff = roleOfStaff(heads.map((head) => head?.speaker));
  return heads.map((head) => head && { ...head, role: head.speaker === "Staff" ? staff : head.speaker });
}

function linesOf(text: string): string[] {
  const withoutMark = text.startsWith("\uFEFF") ? text.slice(1) : text;
  const clean = withoutMark.includes("\0") ? withoutMark.replaceAll("\0", "") : withoutMark;
  return clean.split(/\r\n|\n|\r/);
}
