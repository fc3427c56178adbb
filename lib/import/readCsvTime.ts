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
export const ZONE = String.raw`(?:\s?(?:[Zz]|UTC|GMT|[CEW]ES?T|MES?Z|BST|[CEMP][SD]T|[+-]\d{2}:?\d{2})|(?<=:\d{2}:\d{2}(?:[.,]\d{1,9})?)[+-]\d{2})(?![A-Za-z\d]|:\d)`;
/** What parts its fields is a colon, or a point as in Denmark and Finland. */
const CLOCK = String.raw`(?<hour>\d{1,2})(?<sign>[:.])(?<minute>\d{2})(?:\k<sign>(?<second>\d{2})(?:[.,]\d{1,9})?)?(?: ?(?<half>[AP])\.? ?M\b\.?)?`;
/** Day first with points or dashes, or year first; with or without seconds. Slashes may mean day or month first, so they are not read. */
const DAY_FIRST = new RegExp(
  `^(?<day>\\d{1,2})(?<between>[.-])(?<month>\\d{1,2})\\k<between>(?<year>\\d{4})[ T]${CLOCK}(?!-)(?<zone>${ZONE})?$`,
);
const YEAR_FIRST = new RegExp(
  `^(?<year>\\d{4})(?<between>[./-])(?<month>\\d{1,2})\\k<between>(?<day>\\d{1,2})[ T]${CLOCK}(?<zone>${ZONE})?$`,
);
/** Points may have blanks behind them, the last one too: `3. 11. 2026`, `2026. 11. 03.` */
const SPACED_POINTS = /^(\d{1,4})\. ?(\d{1,2})\. ?(\d{1,4})\.?(?= )/;
/** Dashes with the month first, which no other date may be: `11-13-2026`. */
const MONTH_FIRST = /^(?:0?[1-9]|1[0-2])-(?:1[3-9]|2\d|3[01])-\d{4}(?!\d)/;
/** Blanks of every kind, with the comma that may stand before them, and signs that take up no room. */
const BETWEEN = /,?[\s\u00A0\u2007\u202F]+/g;
const INVISIBLE = /\p{Cf}/gu;

/** How a time in a cell is written. */
export interface WrittenTime {
  /** As the reader of times takes it: `DD.MM.YYYY HH:mm:ss`. */
  text: string;
  /** `Z` or `+01:00` where it names an offset of its own. */
  offset: string | undefined;
}

/** A time as people and spreadsheets write it; undefined if it is none. */
export function writtenTime(cell: string): WrittenTime | undefined {
  const plain = cell
    .replace(INVISIBLE, "")
    .replace(BETWEEN, " ")
    .trim()
    .toUpperCase()
    .replace(SPACED_POINTS, "$1.$2.$3");
  const { day, month, year, between, hour, minute, second, half, zone } =
    (DAY_FIRST.exec(plain) ?? YEAR_FIRST.exec(plain))?.groups ?? {};
  if (!day || !month || !year || !hour || !minute) return undefined;
  // Who writes AM and PM may write the month first.
  if (half && between === "-" && DAY_FIRST.test(plain)) return undefined;
  const offset = zone && offsetOf(zone);
  if (zone && !offset) return undefined;
  const two = (text: string | number) => String(text).padStart(2, "0");
  return {
    text: `${two(day)}.${two(month)}.${year} ${two(hourOf(hour, half))}:${minute}:${second ?? "00"}`,
    offset,
  };
}

/** Whether a time that is none, as we read them, has its month first. */
export const isMonthFirst = (cell: string | null): boolean => MONTH_FIRST.test(cell?.trim() ?? "");

/** The hour of 24; 24 and more, which is none, where AM or PM cannot be. */
export function hourOf(hour: string, half: string | undefined): number {
  const number = Number(hour);
  if (!half) return number;
  const isAfternoon = half.toUpperCase() === "P";
  if (number > 12) return isAfternoon ? number : 24;
  return (number % 12) + (isAfternoon ? 12 : 0);
}

/** `Z` or `+01:00` of what ZONE finds; undefined where it may mean several. */
export function offsetOf(zone: string): string | undefined {
  const name = zone.trim().toUpperCase();
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
