import { DateTime } from "luxon";
import { RefusedError } from "../../api/errors.ts";
import type { Tenant } from "../asTenant.ts";
import { assertInOrder, dayOf, endOfDay, moveDay, startOfDay } from "../days.ts";
import { sessionDays } from "../sessionDays.ts";

export const BUCKETS = ["day", "week", "month"] as const;
type Bucket = (typeof BUCKETS)[number];

interface Days {
  /** First and last day, both included. */
  from: string;
  to: string;
}

export interface Period extends Days {
  bucket: Bucket;
  parts: Days[];
  /** When each part begins, and after that when the last one ends. */
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
 * Monday) or months on the company's own clocks, cut off where the period begins and ends.
 * @throws RefusedError `invalid_input` if it has no days, or too many parts to draw
 */
export async function choosePeriod(tenant: Tenant, now: Date, wished: Wished): Promise<Period> {
  const to = wished.to ?? (await lastDay(tenant, now, wished.from));
  const from = wished.from ?? moveDay(to, 1 - USUAL_DAYS);
  assertInOrder(from, to);
  const bucket = wished.bucket ?? suitableBucket(from, to);
  const begins = cut(from, to, bucket);
  const { timeZone } = tenant.company;
  return {
    from,
    to,
    bucket,
    parts: begins.map((day, index) => ({ from: day, to: dayBefore(begins[index + 1]) ?? to })),
    edges: [...begins.map((day) => startOfDay(day, timeZone)), endOfDay(to, timeZone)],
  };
}

/** The day of the newest session, or today if there is none; but not before `from`. */
async function lastDay(tenant: Tenant, now: Date, from = ""): Promise<string> {
  const days = await sessionDays(tenant, now);
  const day = days?.last ?? dayOf(now, tenant.company.timeZone);
  return day < from ? from : day;
}

function suitableBucket(from: string, to: string): Bucket {
  if (to <= moveDay(from, 45)) return "day";
  return to <= moveDay(from, 366) ? "week" : "month";
}

/** The first day of each part. */
function cut(from: string, to: string, bucket: Bucket): string[] {
  const begins: string[] = [];
  for (let day = from; day <= to; day = dayAfter(day, bucket)) {
    if (begins.push(day) <= MOST_PARTS) continue;
    const advice = bucket === "month" ? "choose a shorter period" : "choose a longer interval or a shorter period";
    const sentence = `The input is not valid. bucket: the period has more than ${MOST_PARTS} of these; ${advice}`;
    throw new RefusedError("invalid_input", sentence);
  }
  return begins;
}

function dayBefore(day: string | undefined): string | undefined {
  return day && moveDay(day, -1);
}

/** The day on which the next day, week or month begins. */
function dayAfter(day: string, bucket: Bucket): string {
  const at = DateTime.fromISO(day, { zone: "utc" });
  return at
    .plus({ [bucket]: 1 })
    .startOf(bucket)
    .toFormat("yyyy-MM-dd");
}
