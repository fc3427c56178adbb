import { DateTime } from "luxon";
import { z } from "zod";
import { RefusedError } from "../api/errors.ts";

const FIRST_DAY = "1970-01-01";
const LAST_DAY = "2999-12-31";

/** A day as `YYYY-MM-DD`, on the company's own clocks. */
export const day = z.iso
  .date()
  .refine((text) => text >= FIRST_DAY && text <= LAST_DAY, { error: `must be between ${FIRST_DAY} and ${LAST_DAY}` });

/** When a day begins in a zone. */
export function startOfDay(text: string, timeZone: string): Date {
  return DateTime.fromISO(text, { zone: timeZone }).startOf("day").toJSDate();
}

/** When a day ends in a zone: when the next one begins. */
export function endOfDay(text: string, timeZone: string): Date {
  return startOfDay(moveDay(text, 1), timeZone);
}

/** The day that a moment belongs to in a zone. */
export function dayOf(moment: Date, timeZone: string): string {
  return DateTime.fromJSDate(moment, { zone: timeZone }).toFormat("yyyy-MM-dd");
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
