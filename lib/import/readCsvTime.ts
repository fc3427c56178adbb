import type { TimeReader } from "./timeZone.ts";

/** The zones that mean one thing; CST means three. */
const OFFSETS: Record<string, string> = {
  Z: "Z",
  UTC: "Z",
  GMT: "Z",
  WET: "Z",
  WEST: "+01:00",
  BST: "+01:00",
  CET: "+01:00",
  MEZ: "+01:00",
  CEST: "+02:00",
  MESZ: "+02:00",
  EET: "+02:00",
  EEST: "+03:00",
  EST: "-05:00",
  EDT: "-04:00",
  CDT: "-05:00",
  MST: "-07:00",
  MDT: "-06:00",
  PST: "-08:00",
  PDT: "-07:00",
};

/** What may name an offset. Hours alone stand behind seconds, as PostgreSQL writes them: `09:00-12` is from nine to twelve. */
export const ZONE = String.raw`(?:\s?(?:Z|UTC|GMT|[CEW]ES?T|MES?Z|BST|[CEMP][SD]T|[+-]\d{2}:?\d{2})|(?<=:\d{2}:\d{2}(?:[.,]\d{1,9})?)[+-]\d{2})(?![A-Za-z\d]|:\d)`;
const CLOCK = String.raw`(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?`;
/** Day first with points or dashes, or year first; with or without seconds. Slashes may mean day or month first, so they are not read. */
const DAY_FIRST = new RegExp(`^(\\d{1,2})([.-])(\\d{1,2})\\2(\\d{4})[ T]${CLOCK}(?!-)(${ZONE})?$`);
const YEAR_FIRST = new RegExp(`^(\\d{4})([./-])(\\d{2})\\2(\\d{2})[ T]${CLOCK}(${ZONE})?$`);
/** Blanks of every kind, with the comma that may stand before them, and signs that take up no room. */
const BETWEEN = /,?[\s\u00A0\u2007\u202F]+/g;
const INVISIBLE = /\p{Cf}/gu;

/** How a time in a cell is written. */
export interface WrittenTime {
  /** As the reader of times takes it: `DD.MM.YYYY HH:mm:ss`. */
  text: string;
  /** `Z` or `+01:00` where it names an offset of its own. */
  offset: string | undefined;
  hasSeconds: boolean;
}

/** A time as people and spreadsheets write it; undefined if it is none. */
export function writtenTime(cell: string): WrittenTime | undefined {
  const plain = cell.replace(INVISIBLE, "").replace(BETWEEN, " ").trim();
  const dayFirst = DAY_FIRST.exec(plain);
  if (dayFirst) {
    const [, day, , month, year, hour, minute, second, zone] = dayFirst;
    return written([day, month, year], [hour, minute, second], zone);
  }
  const [, year, , month, day, hour, minute, second, zone] = YEAR_FIRST.exec(plain) ?? [];
  return year === undefined ? undefined : written([day, month, year], [hour, minute, second], zone);
}

/** `Z` or `+01:00` of what ZONE finds; undefined where it may mean several. */
export function offsetOf(zone: string): string | undefined {
  const name = zone.trim();
  if (!/^[+-]/.test(name)) return OFFSETS[name];
  return `${name.slice(0, 3)}:${name.slice(3).replace(":", "") || "00"}`;
}

/** The moment of a time; its own offset comes before the zone. */
export function momentOf(
  time: Pick<WrittenTime, "text" | "offset"> | undefined,
  read: TimeReader,
  notBefore?: Date,
  notAfter?: Date,
): Date | undefined {
  if (!time) return undefined;
  if (time.offset === undefined) return read(time.text, notBefore, notAfter);
  // Its fields are checked as those of every time are.
  const inUtc = UTC.exec(time.text);
  if (!inUtc || !read(time.text)) return undefined;
  const [, day, month, year, clock] = inUtc;
  const moment = new Date(`${year}-${month}-${day}T${clock}${time.offset}`);
  return Number.isNaN(moment.getTime()) ? undefined : moment;
}

const UTC = /^(\d{2})\.(\d{2})\.(\d{4}) (\S+)$/;

function written(
  date: (string | undefined)[],
  clock: (string | undefined)[],
  zone: string | undefined,
): WrittenTime | undefined {
  const two = (text = "00") => text.padStart(2, "0");
  const [hour, minute, second] = clock;
  const offset = zone && offsetOf(zone);
  if (zone && !offset) return undefined;
  return {
    text: `${date.map((part) => two(part)).join(".")} ${two(hour)}:${two(minute)}:${two(second)}`,
    offset,
    hasSeconds: second !== undefined,
  };
}
