import { momentOf, writtenTime } from "../readCsvTime.ts";
import type { TranscriptLine, TranscriptReader } from "./readHead.ts";
import { roleOfStaff, type Speaker } from "./roles.ts";

type Fields = Record<string, unknown>;

/** How chat programs call what they export. */
const LISTS = ["messages", "conversation", "transcript", "chat", "items", "data", "history", "turns"];
const SPEAKERS = [
  "role",
  "sender",
  "author",
  "from",
  "speaker",
  "participant",
  "user",
  "name",
  "type",
  "sender_type",
  "senderType",
];
const TEXTS = ["content", "text", "message", "body", "msg", "value", "parts"];
const TIMES = ["timestamp", "time", "created_at", "createdAt", "sent_at", "sentAt", "date", "datetime", "ts"];
/** What models are told and use besides the talk itself. */
const BESIDES = new Set(["developer", "tool", "function"]);
const DEEPEST = 3;

/** A transcript in JSON, or a line of JSON for each message; undefined unless some message in it says who speaks. */
export function readJsonTranscript(text: string, reader: TranscriptReader): TranscriptLine[] | undefined {
  const json = text
    .replaceAll("\0", "")
    .replace(/^[\s\uFEFF]+/, "")
    .trimEnd();
  if (!/^(?:\[\s*\{|\{\s*")/.test(json)) return undefined;
  const items = listOf(parse(json), DEEPEST);
  const messages = items?.map((item) => readMessage(item, reader)).filter((message) => message !== undefined);
  if (!messages?.some(({ speaker }) => speaker)) return undefined;
  const staff = roleOfStaff(messages.map(({ speaker }) => speaker));
  return messages.map(({ speaker = "User", ...rest }) => ({ role: speaker === "Staff" ? staff : speaker, ...rest }));
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    try {
      return json.split("\n").flatMap((line) => (line.trim() === "" ? [] : [JSON.parse(line)]));
    } catch {
      return undefined;
    }
  }
}

function listOf(value: unknown, depth: number): Fields[] | undefined {
  if (Array.isArray(value)) return value.filter(isFields);
  if (!isFields(value) || depth === 0) return undefined;
  for (const name of LISTS) {
    const found = listOf(value[name], depth - 1);
    if (found && found.length > 0) return found;
  }
  return undefined;
}

function readMessage(item: Fields, { readTime, roleOf }: TranscriptReader) {
  const content = firstOf(item, TEXTS, textOf)?.trim();
  if (!content) return undefined;
  const speaker = firstOf(item, SPEAKERS, (value) => speakerOf(value, roleOf));
  const time = firstOf(item, TIMES, (value) => timeOf(value, readTime));
  return { speaker, timestamp: time?.toISOString() ?? null, content };
}

function firstOf<T>(item: Fields, names: readonly string[], read: (value: unknown) => T | undefined): T | undefined {
  for (const name of names) {
    const found = read(item[name]);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A text, or the parts that it comes in. */
function textOf(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) {
    const parts = value.map(textOf).filter((part) => part !== undefined);
    return parts.length > 0 ? parts.join("\n") : undefined;
  }
  return isFields(value) ? firstOf(value, TEXTS, textOf) : undefined;
}

function speakerOf(value: unknown, roleOf: TranscriptReader["roleOf"]): Speaker | undefined {
  if (isFields(value)) return firstOf(value, SPEAKERS, (inner) => speakerOf(inner, roleOf));
  if (typeof value !== "string") return undefined;
  return BESIDES.has(value.toLowerCase()) ? "System" : roleOf(value, true)?.speaker;
}

/** Seconds or milliseconds since 1970, ISO 8601 with its offset, or a time in the company's zone. */
function timeOf(value: unknown, readTime: TranscriptReader["readTime"]): Date | undefined {
  const moment =
    typeof value === "number"
      ? new Date(value > 1e11 ? value : value * 1_000)
      : momentOf(typeof value === "string" ? writtenTime(value) : undefined, readTime);
  return moment && !Number.isNaN(moment.getTime()) && moment.getTime() > 0 ? moment : undefined;
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
