import type { TimeReader } from "../timeZone.ts";
import type { Role, RoleReader } from "./roles.ts";

/** How a company writes its transcripts: its clock, and its words for who speaks. */
export interface TranscriptReader {
  readTime: TimeReader;
  roleOf: RoleReader;
}

/** The beginning of a message: who speaks and when, and the text that follows on its line. */
export interface Head {
  role: Role;
  isTimed: boolean;
  /** ISO 8601 in UTC; null where there is no time, or one that no calendar has. */
  timestamp: string | null;
  rest: string;
}

const DATE = String.raw`\d{1,2}[./-]\d{1,2}[./-]\d{4}|\d{4}[./-]\d{2}[./-]\d{2}`;
const CLOCK = String.raw`\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?: ?[AaPp]\.?[Mm]\.?)?`;
const ZONE = String.raw`(?: ?(?:Z|UTC|[+-]\d{2}:?\d{2}))?`;
const TIME = `(?:(?:${DATE})(?:,? ?[T ]? ?${CLOCK}${ZONE})?|${CLOCK})`;
const NAME = String.raw`[^\s:[\]()<>|][^:[\]<>|]{0,80}?`;
const GAP = String.raw`\s*(?:[|–—-]\s*)?`;
/** A time in brackets, in parentheses or bare; then the name, perhaps with a time behind it; then a colon and any text. */
const HEAD = new RegExp(
  `^\\s*(?:\\[(?<boxed>${TIME})\\]|\\((?<round>${TIME})\\)|(?<bare>${TIME})(?=[\\s|–—-]))?${GAP}` +
    `(?:\\*\\*|<|\\[)?(?<name>${NAME})(?:\\*\\*|>|\\])?\\s*(?:[[(](?<behind>${TIME})[\\])])?\\s*:(?:\\*\\*)?(?<rest>.*)$`,
  "su",
);
/** As documented, and as most are: read at once. */
const PLAIN = /^\[(\d{2}\.\d{2}\.\d{4} \d{2}:\d{2}:\d{2})\] (\w{1,30}):(.*)$/s;
/** No head is longer: what stands behind is not looked at. */
const LONGEST_HEAD = 200;

const GERMAN = /^(\d{1,2})[./-](\d{1,2})[./-](\d{4})$/;
const ISO = /^(\d{4})[./-](\d{2})[./-](\d{2})$/;
const PARTS = new RegExp(`^(?<date>${DATE})?,? ?[T ]? ?(?<clock>${CLOCK})?(?<zone>${ZONE})$`);

/** Reads the head of a line; undefined where it has none, or names nobody whose role is known. */
export function readHead(line: string, { readTime, roleOf }: TranscriptReader): Head | undefined {
  const plain = PLAIN.exec(line);
  const plainRole = plain?.[2] && roleOf(plain[2]);
  if (plain && plainRole) {
    const timestamp = readTime(plain[1] ?? "")?.toISOString() ?? null;
    return { role: plainRole, isTimed: true, timestamp, rest: plain[3] ?? "" };
  }
  if (!line.slice(0, LONGEST_HEAD).includes(":")) return undefined;
  const groups = HEAD.exec(line)?.groups;
  const role = groups?.name === undefined ? undefined : roleOf(groups.name);
  if (!groups || !role) return undefined;
  const time = groups.boxed ?? groups.round ?? groups.bare ?? groups.behind;
  const timestamp = time === undefined ? null : toTimestamp(time, readTime);
  return { role, isTimed: time !== undefined, timestamp, rest: groups.rest ?? "" };
}

/** A clock without a date is no moment. A time with a zone of its own is read in it. */
function toTimestamp(time: string, readTime: TranscriptReader["readTime"]): string | null {
  const { date, clock, zone } = PARTS.exec(time)?.groups ?? {};
  const [day, month, year] = fieldsOf(date ?? "");
  if (!day || !month || !year || !clock) return null;
  const [, hours = "", minutes = "", seconds = "00", half] =
    /^(\d{1,2}):(\d{2})(?::(\d{2}))?(?:[.,]\d+)?(?: ?([ap]))?/i.exec(clock) ?? [];
  const hour = half ? (Number(hours) % 12) + (half.toLowerCase() === "p" ? 12 : 0) : Number(hours);
  const two = (text: string | number) => String(text).padStart(2, "0");
  const offset = zone?.trim();
  if (!offset) {
    const written = `${two(day)}.${two(month)}.${year} ${two(hour)}:${minutes}:${seconds}`;
    return readTime(written)?.toISOString() ?? null;
  }
  const suffix = /^(Z|UTC)$/.test(offset) ? "Z" : offset.replace(/(\d{2}):?(\d{2})$/, "$1:$2");
  const moment = new Date(`${year}-${two(month)}-${two(day)}T${two(hour)}:${minutes}:${seconds}${suffix}`);
  return Number.isNaN(moment.getTime()) ? null : moment.toISOString();
}

/** Day, month, year. Dates with the year last are read day first, as the CSV's are. */
function fieldsOf(date: string): string[] {
  const dayFirst = GERMAN.exec(date);
  if (dayFirst) return dayFirst.slice(1);
  return ISO.exec(date)?.slice(1).reverse() ?? [];
}
