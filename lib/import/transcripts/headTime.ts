import { hourOf, momentOf, offsetOf, ZONE } from "../readCsvTime.ts";
import type { TimeReader } from "../timeZone.ts";

/** Points may have a blank behind them. */
const POINT = String.raw`(?:[./-]|\. )`;
export const DATE = String.raw`\d{1,2}${POINT}\d{1,2}${POINT}(?:\d{4}|\d{2}(?!\d))|\d{4}${POINT}\d{1,2}${POINT}\d{1,2}\.?`;
const HALF = String.raw`(?:\s?[AaPp]\.?[Mm]\.?)?`;
export const CLOCK = String.raw`\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?${HALF}`;
/** The clock of a date may have points. By itself, that is a number of a list. */
export const DATED_CLOCK = String.raw`(?:${CLOCK}|\d{1,2}\.\d{2}\.\d{2}${HALF})`;

const YEAR_LAST = /^(\d{1,2})[./-] ?(\d{1,2})[./-] ?(\d{4}|\d{2})$/;
const YEAR_FIRST = /^(\d{4})[./-] ?(\d{1,2})[./-] ?(\d{1,2})\.?$/;
const PARTS = new RegExp(`^(?<date>${DATE})?,?\\s*[Tt ]?\\s*(?<clock>${DATED_CLOCK})?(?<zone>${ZONE})?$`);
const CLOCK_PARTS = /^(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?(?:[.,]\d+)?(?:\s?([ap]))?/i;
const SLASHED = /^(\d{1,2})\/(\d{1,2})\//;
const HALF_OF_DAY = /[ap]\.?m\.?/i;

/** In which order a transcript's dates with slashes are written; neither where that cannot be told. */
type SlashOrder = "day first" | "month first" | undefined;

/**
 * The moments of a transcript's heads, in their order. A clock without a date is none. A time with a zone of its own is
 * read in it; of one that comes twice it is the one that is not before the message above.
 */
export function readHeadTimes(times: readonly (string | undefined)[], readTime: TimeReader): (Date | undefined)[] {
  const slashes = slashOrderOf(times.filter((time) => time !== undefined));
  let last: Date | undefined;
  return times.map((time) => {
    const moment = time === undefined ? undefined : readHeadTime(time, slashes, readTime, last);
    last = moment ?? last;
    return moment;
  });
}

/** One date that can be read in one order alone tells it of all. Day first is usual, but not with AM and PM. */
function slashOrderOf(times: readonly string[]): SlashOrder {
  const slashed = times.filter((time) => SLASHED.test(time));
  const isBeyondMonths = (place: 1 | 2) => slashed.some((time) => Number(SLASHED.exec(time)?.[place]) > 12);
  const [dayFirst, monthFirst] = [isBeyondMonths(1), isBeyondMonths(2)];
  if (dayFirst && monthFirst) return undefined;
  if (dayFirst || monthFirst) return dayFirst ? "day first" : "month first";
  return slashed.some((time) => HALF_OF_DAY.test(time)) ? undefined : "day first";
}

function readHeadTime(time: string, slashes: SlashOrder, readTime: TimeReader, notBefore?: Date): Date | undefined {
  const { date, clock, zone } = PARTS.exec(time)?.groups ?? {};
  const [day, month, year] = fieldsOf(date ?? "", slashes);
  if (!day || !month || !year || !clock) return undefined;
  const [, hours = "", minutes = "", seconds = "00", half] = CLOCK_PARTS.exec(clock) ?? [];
  const offset = zone && offsetOf(zone);
  if (zone && !offset) return undefined;
  const two = (text: string | number) => String(text).padStart(2, "0");
  const text = `${two(day)}.${two(month)}.${year} ${two(hourOf(hours, half))}:${minutes}:${seconds}`;
  return momentOf({ text, offset }, readTime, notBefore);
}

/** Day, month, year. Two digits of a year are of this century. */
function fieldsOf(date: string, slashes: SlashOrder): string[] {
  const [, first = "", second = "", year = ""] = YEAR_LAST.exec(date) ?? [];
  if (year === "") return YEAR_FIRST.exec(date)?.slice(1).reverse() ?? [];
  const order = date.includes("/") ? slashes : "day first";
  if (order === undefined) return [];
  return [...(order === "day first" ? [first, second] : [second, first]), year.length === 2 ? `20${year}` : year];
}
