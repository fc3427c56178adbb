import { DateTime } from "luxon";
import { RefusedError } from "../../api/errors.ts";
import type { Tenant } from "../asTenant.ts";
import { assertInOrder, dayOf, endOfDay, moveDay, startOfDay } from "../days.ts";
import { sessionDays } from "../sessionDays.ts";

export const BUCKETS = ["day", "week", "month", "year"] as const;
type Bucket = (typeof BUCKETS)[number];

interface Days {
  /** First and last day, both included. */
  from: string;
  to: string;
}

export interface Period extends Days {
  bucket: Bucket;
  parts: Days[];
  /** As many days right before it, cut into parts of the same lengths: what it is compared with. */
  previous: Days & { parts: Days[] };
  /** When each part begins, those of the previous period first, and after that when the last one ends. */
  edges: Date[];
}

const USUAL_DAYS = 90;
const MOST_PARTS = 400;

interface Wished {
  from?: string | undefined;
  to?: string | undefined;
  bucket?: Bucket | undefined;
}

/**
 * The period that was asked for; by itself, the ninety days up to the newest session. Its parts are days, weeks (from
 * Monday), months or years on the company's own clocks, cut off where the period begins and ends.
 * @throws RefusedError `invalid_input` if it has no days, or too many parts to draw
 */
export async function choosePeriod(tenant: Tenant, now: Date, wished: Wished): Promise<Period> {
  const to = wished.to ?? (await lastDay(tenant, now, wished.from));
  const from = wished.from ?? moveDay(to, 1 - USUAL_DAYS);
  assertInOrder(from, to);
  const bucket = wished.bucket ?? suitableBucket(from, to);
  const begins = cut(from, to, bucket);
  const parts = begins.map((day, index) => ({ from: day, to: dayBefore(begins[index + 1]) ?? to }));
  const days = daysIn(from, to);
  const earlier = (part: Days): Days => ({ from: moveDay(part.from, -days), to: moveDay(part.to, -days) });
  const previous = { ...earlier({ from, to }), parts: parts.map(earlier) };
  const { timeZone } = tenant.company;
  const starts = [...previous.parts, ...parts].map((part) => startOfDay(part.from, timeZone));
  return { from, to, bucket, parts, previous, edges: [...starts, endOfDay(to, timeZone)] };
}

function daysIn(from: string, to: string): number {
  const [first, last] = [from, to].map((day) => DateTime.fromISO(day, { zone: "utc" }));
  return first && last ? last.diff(first, "days").days + 1 : 0;
}

/** The day of the newest session, or today if there is none; but not before `from`. */
async function lastDay(tenant: Tenant, now: Date, from = ""): Promise<string> {
  const days = await sessionDays(tenant, now);
  const day = days?.last ?? dayOf(now, tenant.company.timeZone);
  return day < from ? from : day;
}

function suitableBucket(from: string, to: string): Bucket {
  const spans = [
    [45, "day"],
    [366, "week"],
    [3_660, "month"],
  ] as const;
  return spans.find(([days]) => to <= moveDay(from, days))?.[1] ?? "year";
}

/** The first day of each part. */
function cut(from: string, to: string, bucket: Bucket): string[] {
  const begins: string[] = [];
  for (let day = from; day <= to; day = dayAfter(day, bucket)) {
    if (begins.push(day) <= MOST_PARTS) continue;
    const advice = bucket === "year" ? "choose a shorter period" : "choose a longer interval or a shorter period";
    const sentence = `The input is not valid. bucket: the period has more than ${MOST_PARTS} of these; ${advice}`;
    throw new RefusedError("invalid_input", sentence);
  }
  return begins;
}

function dayBefore(day: string | undefined): string | undefined {
  return day && moveDay(day, -1);
}

/** The day on which the next day, week, month or year begins. */
function dayAfter(day: string, bucket: Bucket): string {
  const at = DateTime.fromISO(day, { zone: "utc" });
  return at
    .plus({ [bucket]: 1 })
    .startOf(bucket)
    .toFormat("yyyy-MM-dd");
}
