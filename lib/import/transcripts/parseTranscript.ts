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

/** Whether the transcript says of any message who speaks. */
export function hasSpeakers(text: string, reader: TranscriptReader): boolean {
  if (readJsonTranscript(text, reader)) return true;
  const lines = linesOf(text, reader.roleOf);
  const isSure = lines.some((line) => readHead(line, reader.roleOf)?.isWeak === false);
  return isSure || readHeads(lines, reader).some((head) => head !== undefined);
}

/** As names are written: up to three words in capitals, with little ones between. */
const NAME = /^\p{Lu}[\p{L}\p{M}'’.-]*(?: (?:\p{Ll}{1,3} ){0,2}\p{Lu}[\p{L}\p{M}'’.-]*){0,2}$/u;

/** Whether all known speakers are of one side, and two lines or more have the head of somebody who is not known: the same one. */
export function isOneSided(text: string, reader: TranscriptReader): boolean {
  if (readJsonTranscript(text, reader)) return false;
  const lines = linesOf(text, reader.roleOf);
  const heads = readHeads(lines, reader);
  const roles = new Set(heads.flatMap((head) => (head && head.role !== "System" ? [head.role] : [])));
  if (roles.size !== 1) return false;
  const seen = new Set<string>();
  return lines.some((line, index) => {
    const name = heads[index] ? undefined : strangerOf(line, reader);
    const isSecond = name !== undefined && seen.has(name);
    if (name !== undefined) seen.add(name);
    return isSecond;
  });
}

/** The name in a line's head, if it is one, and nobody's whose role is known. */
function strangerOf(line: string, { roleOf }: TranscriptReader): string | undefined {
  let stranger: string | undefined;
  readHead(line, (name, isSure) => {
    if (roleOf(name, isSure) || !NAME.test(name)) return undefined;
    stranger ??= name;
    return { speaker: "Staff", isWeak: false };
  });
  return stranger;
}

interface SpokenHead extends Pick<TranscriptLine, "role" | "timestamp"> {
  rest: string;
}

function readHeads(lines: readonly string[], { readTime, roleOf }: TranscriptReader): (SpokenHead | undefined)[] {
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
