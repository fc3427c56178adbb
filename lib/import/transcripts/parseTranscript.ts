import type { TimeReader } from "../timeZone.ts";

export interface TranscriptLine {
  role: "User" | "Assistant" | "System";
  /** ISO 8601 in UTC; null where the transcript gives no time, or one that does not exist. */
  timestamp: string | null;
  content: string;
}

/** Any text may follow, U+2028 included: `s` lets the dot match it. */
const HEAD = /^\[(\d{2}\.\d{2}\.\d{4} \d{2}:\d{2}:\d{2})\] (User|Assistant|System):(.*)$/s;

/**
 * Reads a transcript: lines `[DD.MM.YYYY HH:mm:ss] User|Assistant|System: text`; a line without that head continues the
 * message before it. Text before the first head is a message of the user's without a time. Lines end with LF or CRLF.
 * Every text with a visible character gives one message or more, in its order; U+0000 is taken out.
 */
export function parseTranscript(text: string, readTime: TimeReader): TranscriptLine[] {
  const messages: { line: Omit<TranscriptLine, "content">; parts: string[] }[] = [];
  for (const ended of clean(text).split("\n")) {
    const line = ended.endsWith("\r") ? ended.slice(0, -1) : ended;
    const head = HEAD.exec(line);
    if (head) {
      const timestamp = readTime(head[1] ?? "")?.toISOString() ?? null;
      messages.push({ line: { role: roleOf(head[2]), timestamp }, parts: [head[3] ?? ""] });
    } else if (messages.length > 0) {
      messages.at(-1)?.parts.push(line);
    } else if (line.trim() !== "") {
      messages.push({ line: { role: "User", timestamp: null }, parts: [line] });
    }
  }
  return messages.map(({ line, parts }) => ({ ...line, content: parts.join("\n").trim() }));
}

function roleOf(word: string | undefined): TranscriptLine["role"] {
  return word === "Assistant" || word === "System" ? word : "User";
}

function clean(text: string): string {
  const withoutMark = text.startsWith("\uFEFF") ? text.slice(1) : text;
  return withoutMark.includes("\0") ? withoutMark.replaceAll("\0", "") : withoutMark;
}
