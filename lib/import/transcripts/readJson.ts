import { parseNearlyJson } from "../../json.ts";
import { momentOf, writtenTime } from "../readCsvTime.ts";
import type { TranscriptLine, TranscriptReader } from "./readHead.ts";
import { roleOfStaff, type Speaker } from "./roles.ts";

type Fields = Record<string, unknown>;

/** How chat programs call what they export, as keyOf() gives it. Any other list is looked at after these. */
const LISTS = ["messages", "conversation", "transcript", "chat", "items", "data", "history", "turns", "dialog"];
/** What says the role before what says the name, which may hold anything. */
const SPEAKERS = ["role", "sendertype", "sender", "author", "from", "speaker", "participant", "type", "user", "name"];
/** A type need not be somebody's. */
const NAMES = SPEAKERS.filter((name) => name !== "type");
const TEXTS = [
  "content",
  "text",
  "message",
  "body",
  "msg",
  "value",
  "parts",
  "answer",
  "question",
  "reply",
  "utterance",
];
const TIMES = ["timestamp", "time", "createdat", "sentat", "date", "datetime", "ts"];
/** What else stands in a message, and is nothing that was said. */
const OTHERS = new Set([
  ...SPEAKERS,
  ...TIMES,
  "status",
  "event",
  "toolcalls",
  "functioncall",
  "language",
  "email",
  "avatar",
  "channel",
  "model",
]);
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
/** Below this lies nothing that we read. */
const DEEPEST_TEXT = 12;

/** The messages, and how many things have a speaker and a text that stands where we do not look. */
interface JsonTranscript {
  lines: TranscriptLine[];
  unread: number;
}

/**
 * A transcript in JSON, or a line of JSON for each message; undefined unless some message in it says who speaks. Where the
 * user is known, other names are those who answer; where they are not, the user is whose role is not known.
 */
export function readJsonTranscript(text: string, reader: TranscriptReader): JsonTranscript | undefined {
  const json = withoutFence(text.replaceAll("\0", "").replace(/^[\s\uFEFF]+/, ""));
  if (!/^(?:\[\s*\{|\{\s*["'])/.test(json)) return undefined;
  const items = listOf(withPlainKeys(parse(json), DEEPEST_TEXT), DEEPEST)?.flatMap((item) => splitPair(item, reader));
  const messages = items?.map((item) => readMessage(item, reader)).filter((message) => message !== undefined);
  if (!items || !messages?.some(({ speaker }) => speaker)) return undefined;
  const others = messages.some(({ speaker }) => speaker === "User") ? "Staff" : "User";
  const speakers = messages.map(({ speaker, isNamed }) => speaker ?? (isNamed ? others : "User"));
  const staff = roleOfStaff(speakers);
  const lines = messages.map(({ timestamp, content }, index): TranscriptLine => {
    const speaker = speakers[index] ?? "User";
    return { role: speaker === "Staff" ? staff : speaker, timestamp, content };
  });
  return { lines, unread: items.filter((item) => isUnread(item, reader)).length };
}

/** JSON as models and people paste it: within three backticks. */
function withoutFence(text: string): string {
  const json = text.trimEnd();
  return json.startsWith("```") && json.endsWith("```") ? json.slice(0, -3).replace(/^```\w{0,10}\s*/, "") : json;
}

/** One value, or one a line. */
function parse(json: string): unknown {
  const whole = parseNearlyJson(json);
  if (whole !== undefined) return whole;
  const lines = json.split("\n").filter((line) => line.trim() !== "");
  const values = lines.map((line) => parseNearlyJson(line.trim().replace(/,$/, "")));
  return values.includes(undefined) ? undefined : values;
}

/** Programs write `role`, `Role` and `ROLE`, `created_at` and `createdAt`. What lies deeper than `depth` is no message. */
function withPlainKeys(value: unknown, depth: number): unknown {
  if (depth === 0) return undefined;
  if (Array.isArray(value)) return value.map((item) => withPlainKeys(item, depth - 1));
  if (!isFields(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [keyOf(key), withPlainKeys(inner, depth - 1)]));
}

const keyOf = (key: string): string => key.toLowerCase().replace(/[\s_-]/g, "");

function listOf(value: unknown, depth: number): Fields[] | undefined {
  if (Array.isArray(value)) return value.filter(isFields);
  if (!isFields(value) || depth === 0) return undefined;
  const find = (names: readonly string[], is: (list: Fields[]) => boolean) =>
    firstOf(value, names, (inner) => {
      const list = listOf(inner, depth - 1);
      return list && is(list) ? list : undefined;
    });
  const known = find(LISTS, (list) => list.length > 0);
  if (known) return known;
  if (contentOf(value) !== undefined && NAMES.some((name) => name in value)) return [value];
  return find(Object.keys(value), (list) => list.some((item) => contentOf(item) !== undefined));
}

/** `{"user": "hi", "bot": "hello"}`: who speaks is the key, and nothing else stands there but a time. */
function splitPair(item: Fields, { roleOf }: TranscriptReader): Fields[] {
  const rest = Object.entries(item).filter(([key]) => !TIMES.includes(key) && key !== "id");
  if (!rest.every(([key, value]) => roleOf(key) && visible(value))) return [item];
  return rest.map(([key, content]) => ({ ...item, role: key, content }));
}

function readMessage(item: Fields, { readTime, roleOf }: TranscriptReader) {
  const content = contentOf(item);
  if (content === undefined) return undefined;
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

/** What was said: a text, or else a number. */
function contentOf(item: Fields): string | undefined {
  const number = (value: unknown) => (typeof value === "number" ? String(value) : undefined);
  return firstOf(item, TEXTS, textOf)?.trim() ?? firstOf(item, TEXTS, number);
}

function isUnread(item: Fields, { roleOf }: TranscriptReader): boolean {
  if (contentOf(item) !== undefined || !firstOf(item, SPEAKERS, (value) => speakerOf(value, roleOf))) return false;
  return Object.entries(item).some(([key, value]) => !OTHERS.has(key) && !key.endsWith("id") && textOf(value));
}

const visible = (value: unknown): string | undefined =>
  typeof value === "string" && value.trim() !== "" ? value : undefined;

/** A text with something to see, or the parts that it comes in. */
function textOf(value: unknown): string | undefined {
  if (typeof value === "string") return visible(value);
  if (Array.isArray(value)) {
    const parts = value.map(textOf).filter((part) => part !== undefined);
    return parts.length > 0 ? parts.join("\n") : undefined;
  }
  return isFields(value) ? contentOf(value) : undefined;
}

function speakerOf(value: unknown, roleOf: TranscriptReader["roleOf"]): Speaker | undefined {
  if (isFields(value)) return firstOf(value, SPEAKERS, (inner) => speakerOf(inner, roleOf));
  if (typeof value !== "string") return undefined;
  return roleOf(value, true)?.speaker ?? PROGRAM_WORDS.get(value.trim().toLowerCase());
}

/** Whatever stands where somebody is named. */
function nameOf(value: unknown): string | undefined {
  if (isFields(value)) return firstOf(value, NAMES, nameOf);
  return visible(value);
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
