import { readHeadTimes } from "./headTime.ts";
import { linesOf } from "./linesOf.ts";
import { readHead, type TranscriptLine, type TranscriptReader } from "./readHead.ts";
import { readJsonTranscript } from "./readJson.ts";
import { roleOfStaff } from "./roles.ts";
import { tellHeads } from "./tellHeads.ts";

/**
 * Reads a transcript: lines with a head, which names who speaks and perhaps when; a line without one continues the message
 * before it. Where any head has a time, only those with one count: `Note: ...` or `User: ...` inside a message stays in it.
 * Heads look alike: where the first has no bullet, `- Agent: ...` is text, and `09:00 Support` where it is `User: ...`. Text before the first head is a message of the user's without a time. Lines end with LF, CRLF or CR, or with what linesOf() takes for one.
 * JSON with messages is read as such. Every text with a visible character gives one message or more, in its order; U+0000 is taken out.
 */
export function parseTranscript(text: string, reader: TranscriptReader): TranscriptLine[] {
  const fromJson = readJsonTranscript(text, reader);
  if (fromJson) return fromJson.lines;
  const lines = linesOf(text, reader.roleOf);
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

/** A head that says who speaks; `rest` is what stands behind it. */
export interface SpokenHead extends Pick<TranscriptLine, "role" | "timestamp"> {
  rest: string;
}

/** The head of each line that has one. */
export function readHeads(
  lines: readonly string[],
  { readTime, roleOf }: TranscriptReader,
): (SpokenHead | undefined)[] {
  const heads = tellHeads(lines.map((line) => readHead(line, roleOf)));
  const staff = roleOfStaff(heads.map((head) => head?.speaker));
  const times = readHeadTimes(
    heads.map((head) => head?.time),
    readTime,
  );
  return heads.map((head, index) => {
    if (!head) return undefined;
    const role = head.speaker === "Staff" ? staff : head.speaker;
    return { role, timestamp: times[index]?.toISOString() ?? null, rest: head.rest };
  });
}
