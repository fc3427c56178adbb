import type { TimeReader } from "../timeZone.ts";

export const DATE = String.raw`\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2}(?!\d))|\d{4}[./-]\d{2}[./-]\d{2}`;
export const CLOCK = String.raw`\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?:\s?[AaPp]\.?[Mm]\.?)?`;
export const ZONE = String.raw`(?:\s?(?:Z|UTC|GMT|[CEW]ES?T|MES?Z|BST|[CEMP][SD]T|[+-]\d{2}:?\d{2})(?![A-Za-z]))?`;

const DAY_FIRST = /^(\d{1,2})[./-](\d{1,2})[./-](\d{4}|\d{2})$/;
const YEAR_FIRST = /^(\d{4})[./-](\d{2})[./-](\d{2})$/;
const PARTS = new RegExp(`^(?<date>${DATE})?,?\\s*[T ]?\\s*(?<clock>${CLOCK})?(?<zone>${ZONE})$`);
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
};

/** The moment of a head's time. A clock without a date is none. A time with a zone of its own is read in it. */
export function readHeadTime(time: string, readTime: TimeReader, notBefore?: Date): string | null {
  const { date, clock, zone } = PARTS.exec(time)?.groups ?? {};
  const [day, month, year] = fieldsOf(date ?? "");
  if (!day || !month || !year || !clock) return null;
  const [, hours = "", minutes = "", seconds = "00", half] =
    /^(\d{1,2}):(\d{2})(?::(\d{2}))?(?:[.,]\d+)?(?:\s?([ap]))?/i.exec(clock) ?? [];
  const hour = half ? (Number(hours) % 12) + (half.toLowerCase() === "p" ? 12 : 0) : Number(hours);
  const two = (text: string | number) => String(text).padStart(2, "0");
  const named = zone?.trim();
  if (!named) {
    const written = `${two(day)}.${two(month)}.${year} ${two(hour)}:${minutes}:${seconds}`;
    return readTime(written, notBefore)?.toISOString() ?? null;
  }
  const offset = OFFSETS[named] ?? /^[+-]\d{2}:?\d{2}$/.exec(named)?.[0].replace(/(\d{2}):?(\d{2})$/, "$1:$2");
  if (!offset) return null;
  const moment = new Date(`${year}-${two(month)}-${two(day)}T${two(hour)}:${minutes}:${seconds}${offset}`);
  return Number.isNaN(moment.getTime()) ? null : moment.toISOString();
}

/** Day, month, year. Dates with the year last are read day first, as the CSV's are; two digits of a year are of this century. */
function fieldsOf(date: string): string[] {
  const [, day = "", month = "", year = ""] = DAY_FIRST.exec(date) ?? [];
  if (year !== "") return [day, month, year.length === 2 ? `20${year}` : year];
  return YEAR_FIRST.exec(date)?.slice(1).reverse() ?? [];
}
