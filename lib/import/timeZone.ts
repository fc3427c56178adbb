import { IANAZone } from "luxon";
import { LiveDashError } from "../errors.ts";

/**
 * Reads `DD.MM.YYYY HH:mm:ss`, a time on a zone's clocks; undefined if it is none (31.02., 24:00:00, before 1970).
 * Of a time that comes twice it takes the first moment that is not before the one given; one that never comes is moved
 * back where moving it forward would bring it behind `notAfter`.
 */
export type TimeReader = (text: string, notBefore?: Date, notAfter?: Date) => Date | undefined;

const SHAPE = /^(\d{2})\.(\d{2})\.(\d{4}) (\d{2}):(\d{2}):(\d{2})$/;
const DAY = 86_400_000;
const MINUTE = 60_000;
const FIRST_YEAR = 1970;
/** As far as days can be chosen: a year beyond is a slip, and no list would reach it. */
const LAST_YEAR = 2999;
/** The days kept in mind; beyond these, all are forgotten and computed again. */
const MOST_DAYS = 20_000;

/** Whether it is the IANA name of a time zone. */
export function isTimeZone(name: string): boolean {
  return /^[A-Za-z]/.test(name) && name.length <= 100 && IANAZone.isValidZone(name);
}

/** @throws LiveDashError `invalid_time_zone` */
export function assertTimeZone(name: string): void {
  if (isTimeZone(name)) return;
  const sentence = `${JSON.stringify(name.slice(0, 100))} is not a time zone. Use an IANA name such as Europe/Amsterdam, or UTC.`;
  throw new LiveDashError("invalid_time_zone", sentence);
}

/**
 * A reader for times in a zone. Where clocks are put back, a time that comes twice means the earlier one unless told
 * otherwise; where they are put forward, a time that never comes is moved forward by the gap (02:30 becomes 03:30).
 * @throws LiveDashError `invalid_time_zone`
 */
export function createTimeReader(timeZone: string): TimeReader {
  assertTimeZone(timeZone);
  const zone = IANAZone.create(timeZone);
  const offsetAt = (time: number) => zone.offset(time) * MINUTE;
  /** The offset of days without a change nearby; null for the others. Asking the zone each time takes 7 µs. */
  const steady = new Map<number, number | null>();

  const steadyOffset = (day: number): number | null => {
    const known = steady.get(day);
    if (known !== undefined) return known;
    const before = offsetAt((day - 1) * DAY);
    const offset = before === offsetAt((day + 2) * DAY) ? before : null;
    if (steady.size >= MOST_DAYS) steady.clear();
    steady.set(day, offset);
    return offset;
  };

  return (text, notBefore, notAfter) => {
    const local = readFields(text);
    if (local === undefined) return undefined;
    const offset = steadyOffset(Math.floor(local / DAY));
    if (offset !== null) return new Date(local - offset);
    const earliest = notBefore?.getTime() ?? Number.NEGATIVE_INFINITY;
    const latest = notAfter?.getTime() ?? Number.POSITIVE_INFINITY;
    return new Date(resolveNearChange(local, offsetAt, earliest, latest));
  };
}

/** The fields as if they were UTC. Milliseconds. */
function readFields(text: string): number | undefined {
  const match = SHAPE.exec(text);
  if (!match) return undefined;
  const [day = 0, month = 0, year = 0, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number);
  if (year < FIRST_YEAR || year > LAST_YEAR || hour > 23 || minute > 59 || second > 59) return undefined;
  const time = Date.UTC(year, month - 1, day, hour, minute, second);
  const read = new Date(time);
  return read.getUTCDate() === day && read.getUTCMonth() === month - 1 ? time : undefined;
}

/** With the offsets of the day before and after: whichever the zone agrees with, the first that is not before `earliest`. */
function resolveNearChange(
  local: number,
  offsetAt: (time: number) => number,
  earliest: number,
  latest: number,
): number {
  const before = offsetAt(local - DAY);
  const after = offsetAt(local + DAY);
  const moments = [local - before, local - after].filter((time) => local - offsetAt(time) === time);
  if (moments.length === 0) return local - before <= latest ? local - before : local - after;
  const fitting = moments.filter((time) => time >= earliest);
  return Math.min(...(fitting.length > 0 ? fitting : moments));
}
