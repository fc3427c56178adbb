import { cleanText, parseForeignJson } from "../../json.ts";

/**
 * Readers of JSON that came from outside. Each takes anything, never throws, looks at one field alone, and answers null
 * for what it cannot use: an odd field costs no more than itself.
 */
export type Fields = Readonly<Record<string, unknown>>;

const MAX_MESSAGE = 1_000;
const MAX_NAME = 200;
const HIGHEST_COUNT = 1_000_000_000;

/** An object; also one that came as JSON in a string, or as the first in a list. */
export function asFields(value: unknown): Fields | null {
  const given = unpack(value);
  const fields = Array.isArray(given) ? given.find(isFields) : given;
  return isFields(fields) ? fields : null;
}

/** A list; also one that came as JSON in a string or as an object with numbers for keys, and a single object in place of one. */
export function asList(value: unknown): readonly unknown[] {
  const given = unpack(value);
  if (Array.isArray(given)) return given;
  if (!isFields(given)) return [];
  const keys = Object.keys(given);
  return keys.length > 0 && keys.every((key) => /^\d+$/.test(key)) ? Object.values(given) : [given];
}

/** What JSON in a string holds, also where it was encoded twice, and stands behind a byte order mark. */
function unpack(value: unknown): unknown {
  let given = value;
  for (let times = 0; times < 2 && typeof given === "string" && /^\s*["{[]/.test(given); times++)
    given = parseForeignJson(given.trim());
  return given;
}

/** An object that holds what is looked for; also one that others have put into a field of their own, such as `data`. */
export function unwrap(value: unknown, isIt: (fields: Fields) => boolean, deep = 3): Fields | null {
  const fields = asFields(value);
  if (!fields || isIt(fields)) return fields;
  if (deep === 0) return null;
  for (const name of WRAPPERS) {
    const inner = fields[name] === undefined ? null : unwrap(fields[name], isIt, deep - 1);
    if (inner) return inner;
  }
  return null;
}

const WRAPPERS = ["data", "response", "result", "body", "batch", "job", "file", "output", "completion", "value"];

/** A text that is not blank, at most so long; also a number in place of one. */
export function asText(value: unknown, most = MAX_NAME): string | null {
  if (typeof value === "number" && Number.isFinite(value)) return String(value);
  if (typeof value !== "string") return null;
  return clip(value.trim(), most) || null;
}

/** An id: a text or a number; also that of an object in its place, or the first in a list. Words for nothing are none. */
export function asId(value: unknown): string | null {
  const first = Array.isArray(value) ? value[0] : value;
  const text = asText(isFields(first) ? first.id : first);
  return text === null || NO_ID.test(text) ? null : text;
}

const NO_ID = /^(null|none|nil|undefined|n\/a|-|0|false)$/i;

/** A finite number; also one that came as a string. */
export function asNumber(value: unknown): number | null {
  const text = typeof value === "string" ? value.trim() : "";
  const number = text === "" ? value : Number(text);
  return typeof number === "number" && Number.isFinite(number) ? number : null;
}

/** A whole number from 0 to a thousand million. */
export function asCount(value: unknown): number | null {
  const number = asNumber(value);
  return number !== null && Number.isInteger(number) && number >= 0 && number <= HIGHEST_COUNT ? number : null;
}

/** Seconds since 1970 up to here, milliseconds beyond. */
const LAST_SECOND = 100_000_000_000;
const YEAR_9999_MS = 253_402_300_799_000;

/** A time after 1970: in seconds or milliseconds, or as ISO 8601, which is in UTC where it names no zone. */
export function asTime(value: unknown): Date | null {
  const number = asNumber(value);
  const text = number === null && typeof value === "string" ? value.trim() : "";
  const isZoned = /(z|[+-]\d\d:?\d\d)$/i.test(text) || !text.includes(":");
  const ms = number === null ? Date.parse(isZoned ? text : `${text}Z`) : number < LAST_SECOND ? number * 1000 : number;
  return ms > 0 && ms <= YEAR_9999_MS ? new Date(ms) : null;
}

/** Whether there is nothing in it: null, blank, an empty object or list. */
export function isBlank(value: unknown): boolean {
  if (value === null || value === undefined || value === false) return true;
  if (typeof value === "string") return value.trim() === "";
  return typeof value === "object" && Object.keys(value).length === 0;
}

/** Fit for a column: of a bounded length, and whole after the cut. */
export function clip(text: string, most = MAX_MESSAGE): string {
  return cleanText(text.slice(0, most));
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
