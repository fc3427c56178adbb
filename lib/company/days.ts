import { DateTime, IANAZone } from "luxon";
import { z } from "zod";
import { RefusedError } from "../api/errors.ts";

/** No imported time is before 1970 where it was read: west of there, that is the day before. */
const FIRST_DAY = "1969-12-31";
const LAST_DAY = "2999-12-31";

/** A day as `YYYY-MM-DD`, on the company's own clocks. */
export const day = z.iso
  .date()
  .refine((text) => text >= FIRST_DAY && text <= LAST_DAY, { error: `must be between ${FIRST_DAY} and ${LAST_DAY}` });

const MINUTE = 60_000;
const HOUR = 3_600_000;
/** No zone is farther from UTC, and none has moved by more at once. */
const FARTHEST = 30 * HOUR;

/**
 * When a day begins in a zone: at its first midnight, where clocks that are put back make two of them; at the first moment
 * of it, where they jump over midnight; where they jump over the day, when the next one begins.
 */
export function startOfDay(text: string, timeZone: string): Date {
  const zone = IANAZone.create(timeZone);
  const midnight = DateTime.fromISO(text, { zone: "utc" }).toMillis();
  const offsetAt = (time: number) => zone.offset(time) * MINUTE;
  const offsets = new Set([-1, -0.5, 0, 0.5, 1].map((part) => offsetAt(midnight + part * FARTHEST)));
  const midnights = [...offsets]
    .map((offset) => midnight - offset)
    .filter((time) => time + offsetAt(time) === midnight);
  if (midnights.length > 0) return new Date(Math.min(...midnights));
  // The clocks jump over it, so they show what is later from one moment on.
  let [before, after] = [midnight - FARTHEST, midnight + FARTHEST];
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (middle + offsetAt(middle) >= midnight) after = middle;
    else before = middle;
  }
  return new Date(after);
}

/** When a day ends in a zone: when the next one begins. */
export function endOfDay(text: string, timeZone: string): Date {
  return startOfDay(moveDay(text, 1), timeZone);
}

/** The day that a moment belongs to in a zone: the last that has begun by then, whatever day the clocks go back to. */
export function dayOf(moment: Date, timeZone: string): string {
  const shown = DateTime.fromJSDate(moment, { zone: timeZone }).toFormat("yyyy-MM-dd");
  const next = moveDay(shown, 1);
  return startOfDay(next, timeZone) <= moment ? next : shown;
}

/** So many days later, or earlier with a negative number. */
export function moveDay(text: string, days: number): string {
  return DateTime.fromISO(text, { zone: "utc" }).plus({ days }).toFormat("yyyy-MM-dd");
}

/** @throws RefusedError `invalid_input` */
export function assertInOrder(from: string | undefined, to: string | undefined): void {
  if (!from || !to || from <= to) return;
  throw new RefusedError("invalid_input", `The input is not valid. from: is after the last day, ${to}`);
}
