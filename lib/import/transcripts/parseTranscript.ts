import { readHeadTimes } from "./headTime.ts";
import { type Head, readHead, type TranscriptLine, type TranscriptReader } from "./readHead.ts";
import { readJsonTranscript } from "./readJson.ts";
import { roleOfStaff } from "./roles.ts";

/**
 * Reads a transcript: lines with a head, which names who speaks and perhaps when; a line without one continues the message
 * before it. Where any head has a time, only those with one count: `Note: ...` or `User: ...` inside a message stays in it.
 * Heads look alike: where the first has no bullet, `- Agent: ...` is text, and `09:00 Support` where it is `User: ...`. Text before the first head is a message of the user's without a time. Lines end with LF, CRLF or CR.
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
    readJsonTranscript(text, reader) !== undefined ||
    linesOf(text).some((line) => readHead(line, reader.roleOf) !== undefined)
  );
}

interface SpokenHead extends Pick<TranscriptLine, "role" | "timestamp"> {
  rest: string;
}

function readHeads(lines: readonly string[], { readTime, roleOf }: TranscriptReader): (SpokenHead | undefined)[] {
  const heads = alike(lines.map((line) => readHead(line, roleOf)));
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

/** The heads of messages among what looks like heads: what stands in a message, as a list or a roster, looks otherwise. */
function alike(found: readonly (Head | undefined)[]): (Head | undefined)[] {
  const isTimed = firstOf(found)?.isTimed || found.some((head) => head && isAskedAt(head));
  const timed = isTimed ? found.map((head) => (head?.isTimed ? head : undefined)) : found;
  const like = firstOf(timed);
  return timed.map((head) =>
    head?.mark === like?.mark && (head?.shape === "colon" || head?.shape === like?.shape) ? head : undefined,
  );
}

/** What the others are measured by: how people write, rather than what a program says before they do. */
function firstOf(heads: readonly (Head | undefined)[]): Head | undefined {
  return heads.find((head) => head && head.speaker !== "System") ?? heads.find((head) => head !== undefined);
}

/** Names without times may stand above a talk that has them; that somebody asks tells the talk from a roster. */
function isAskedAt({ isTimed, shape, speaker }: Head): boolean {
  return isTimed && shape === "colon" && (speaker === "User" || speaker === "Staff");
}

function linesOf(text: string): string[] {
  const withoutMark = text.startsWith("\uFEFF") ? text.slice(1) : text;
  const clean = withoutMark.includes("\0") ? withoutMark.replaceAll("\0", "") : withoutMark;
  return clean.split(/\r\n|\n|\r/);
}
