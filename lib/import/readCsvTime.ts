import type { TimeReader } from "./timeZone.ts";

/** Day first with points, or year first; with or without seconds. Slashes may mean day or month first, so they are not read. */
const DAY_FIRST = /^(\d{1,2})([.-])(\d{1,2})\2(\d{4})[ T](\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?$/;
const YEAR_FIRST =
  /^(\d{4})([./-])(\d{2})\2(\d{2})[ T](\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?(?: ?(Z|UTC|[+-]\d{2}:?\d{2}))?$/;
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
  const yearFirst = YEAR_FIRST.exec(plain);
  if (dayFirst) {
    const [, day, , month, year, hour, minute, second] = dayFirst;
    return written([day, month, year], [hour, minute, second], undefined);
  }
  if (!yearFirst) return undefined;
  const [, year, , month, day, hour, minute, second, offset] = yearFirst;
  return written([day, month, year], [hour, minute, second], offset === "UTC" ? "Z" : offset);
}

/** The moment of a time; its own offset comes before the zone. */
export function momentOf(time: WrittenTime | undefined, read: TimeReader, notBefore?: Date, notAfter?: Date) {
  if (!time) return undefined;
  if (time.offset === undefined) return read(time.text, notBefore, notAfter);
  // Its fields are checked as those of every time are.
  const inUtc = UTC.exec(time.text);
  if (!inUtc || !read(time.text)) return undefined;
  const [, day, month, year, clock] = inUtc;
  const offset = time.offset.replace(/(\d{2}):?(\d{2})$/, "$1:$2");
  const moment = new Date(`${year}-${month}-${day}T${clock}${offset}`);
  return Number.isNaN(moment.getTime()) ? undefined : moment;
}

const UTC = /^(\d{2})\.(\d{2})\.(\d{4}) (\S+)$/;

function written(date: (string | undefined)[], clock: (string | undefined)[], offset: string | undefined): WrittenTime {
  const two = (text = "00") => text.padStart(2, "0");
  const [hour, minute, second] = clock;
  return {
    text: `${date.map((part) => two(part)).join(".")} ${two(hour)}:${two(minute)}:${two(second)}`,
    offset,
    hasSeconds: second !== undefined,
  };
}
