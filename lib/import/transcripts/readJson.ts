import { momentOf, writtenTime } from "../readCsvTime.ts";
import type { TranscriptLine, TranscriptReader } from "./readHead.ts";
import { roleOfStaff, type Speaker } from "./roles.ts";

type Fields = Record<string, unknown>;

/** How chat programs call what they export. */
const LISTS = ["messages", "conversation", "transcript", "chat", "items", "data", "history", "turns"];
/** What says the role before what says the name, which may hold anything. */
const SPEAKERS = [
  "role",
  "sender_type",
  "senderType",
  "sender",
  "author",
  "from",
  "speaker",
  "participant",
  "type",
  "user",
  "name",
];
/** A type need not be somebody's. */
const NAMES = SPEAKERS.filter((name) => name !== "type");
const TEXTS = ["content", "text", "message", "body", "msg", "value", "parts"];
const TIMES = ["timestamp", "time", "created_at", "createdAt", "sent_at", "sentAt", "date", "datetime", "ts"];
/** How programs call who speaks, besides the words that people use; and what models are told and use besides the talk. */
const PROGRAM_WORDS: ReadonlyMap<string, Speaker> = new Map([
  ["admin", "Assistant"],
  ["teammate", "Assistant"],
  ["team", "Assistant"],
  ["lead", "User"],
  ["developer", "System"],
  ["tool", "System"],
  ["function", "System"],
]);
/** Seconds, milliseconds, microseconds or nanoseconds since 1970, by their size. */
const UNITS = [1_000, 1, 1e-3, 1e-6];
const DIGITS = /^\d{9,19}(?:\.\d{1,9})?$/;
const EARLIEST = Date.UTC(1971, 0);
const LATEST = Date.UTC(3000, 0) - 1;
const DEEPEST = 3;

/**
 * A transcript in JSON, or a line of JSON for each message; undefined unless some message in it says who speaks. Where the
 * user is known, other names are those who answer; where they are not, the user is whose role is not known.
 */
export function readJsonTranscript(text: string, reader: TranscriptReader): TranscriptLine[] | undefined {
  const json = text
    .replaceAll("\0", "")
    .replace(/^[\s\uFEFF]+/, "")
    .trimEnd();
  if (!/^(?:\[\s*\{|\{\s*")/.test(json)) return undefined;
  const items = listOf(parse(json), DEEPEST);
  const messages = items?.map((item) => readMessage(item, reader)).filter((message) => message !== undefined);
  if (!messages?.some(({ speaker }) => speaker)) return undefined;
  const others = messages.some(({ speaker }) => speaker === "User") ? "Staff" : "User";
  const speakers = messages.map(({ speaker, isNamed }) => speaker ?? (isNamed ? others : "User"));
  const staff = roleOfStaff(speakers);
  return messages.map(({ timestamp, content }, index) => {
    const speaker = speakers[index] ?? "User";
    return { role: speaker === "Staff" ? staff : speaker, timestamp, content };
  });
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
  const isNamed = firstOf(item, NAMES, nameOf) !== undefined;
  return { speaker, isNamed, timestamp: time?.toISOString() ?? null, content };
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
  return roleOf(value, true)?.speaker ?? PROGRAM_WORDS.get(value.trim().toLowerCase());
}

/** Whatever stands where somebody is named. */
function nameOf(value: unknown): string | undefined {
  if (isFields(value)) return firstOf(value, NAMES, nameOf);
  return typeof value === "string" && value.trim() !== "" ? value : undefined;
}

/** A number of time since 1970, ISO 8601 with its offset, or a time in the company's zone; none that is a slip. */
function timeOf(value: unknown, readTime: TranscriptReader["readTime"]): Date | undefined {
  const isNumber = typeof value === "number" || (typeof value === "string" && DIGITS.test(value.trim()));
  if (isNumber) {
    const moment = UNITS.map((unit) => Number(value) * unit).find((time) => time >= EARLIEST && time <= LATEST);
    return moment === undefined ? undefined : new Date(moment);
  }
  return typeof value === "string" ? momentOf(writtenTime(value), readTime) : undefined;
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
