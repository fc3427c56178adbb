// Months stand here and not in Intl: server and browser must write the same, whatever their versions.
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** `23 Nov, 14:05` in the zone of this IANA name. */
export function shortTime(iso: string, zone: string): string {
  const { day, month, clock } = partsOf(iso, zone);
  return `${day} ${month}, ${clock}`;
}

/** `23 Nov 2026, 14:05`, the same way. */
export function longTime(iso: string, zone: string): string {
  const { day, month, year, clock } = partsOf(iso, zone);
  return `${day} ${month} ${year}, ${clock}`;
}

/** `23 Nov, 14:05:32`, the same way. */
export function timeToTheSecond(iso: string, zone: string): string {
  const { day, month, clock, second } = partsOf(iso, zone);
  return `${day} ${month}, ${clock}:${second}`;
}

/** `2026-11-23 14:05:32 UTC`, from an ISO time in UTC. */
export function exactUtc(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;
}

const clocks = new Map<string, Intl.DateTimeFormat>();

function partsOf(iso: string, zone: string) {
  const parts = new Map(
    clockOf(zone)
      .formatToParts(new Date(iso))
      .map(({ type, value }) => [type, value]),
  );
  const of = (name: Intl.DateTimeFormatPartTypes) => parts.get(name) ?? "";
  return {
    day: of("day"),
    month: MONTHS[Number(of("month")) - 1] ?? "",
    year: of("year"),
    clock: `${of("hour")}:${of("minute")}`,
    second: of("second"),
  };
}

/** One a zone: to make one costs more than to use it a hundred times. */
function clockOf(zone: string): Intl.DateTimeFormat {
  const known = clocks.get(zone);
  if (known) return known;
  const two = "2-digit" as const;
  const clock = new Intl.DateTimeFormat("en", {
    timeZone: zone,
    hourCycle: "h23",
    ...{ year: "numeric", month: two, day: two, hour: two, minute: two, second: two },
  });
  clocks.set(zone, clock);
  return clock;
}

/** `4 Oct 2026`, from `2026-10-04`. */
export function dayInWords(day: string): string {
  const { number, month, year } = partsOfDay(day);
  return `${number} ${month} ${year}`;
}

/** `28 Sep – 4 Oct 2026`, first and last day included; what both have in common stands once. */
export function daysInWords(from: string, to: string): string {
  if (from === to) return dayInWords(to);
  const first = partsOfDay(from);
  const last = partsOfDay(to);
  if (first.year !== last.year) return `${dayInWords(from)} – ${dayInWords(to)}`;
  if (first.month !== last.month) return `${first.number} ${first.month} – ${dayInWords(to)}`;
  return `${first.number} – ${dayInWords(to)}`;
}

/** The day so many days later, or earlier with a negative number. */
export function moveDay(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

function partsOfDay(day: string): { year: string; month: string; number: number } {
  const [year = "", month = "", number = ""] = day.split("-");
  return { year, month: MONTHS[Number(month) - 1] ?? month, number: Number(number) };
}

/** `09:00 – 09:59`, from an hour of the day. */
export function hourInWords(hour: string | number): string {
  const two = String(hour).padStart(2, "0");
  return `${two}:00 – ${two}:59`;
}

const UNITS = [
  { name: "day", ms: 86_400_000 },
  { name: "hour", ms: 3_600_000 },
  { name: "minute", ms: 60_000 },
  { name: "second", ms: 1_000 },
] as const;

/** A duration in milliseconds in words, by its two largest units: `2 hours 5 minutes`, `less than a second`. */
export function inWords(ms: number): string {
  const first = UNITS.findIndex((unit) => ms >= unit.ms);
  const large = UNITS[first];
  if (!large) return "less than a second";
  const count = Math.floor(ms / large.ms);
  const small = UNITS[first + 1];
  const rest = small ? Math.floor((ms % large.ms) / small.ms) : 0;
  return small && rest > 0 ? `${unitOf(count, large.name)} ${unitOf(rest, small.name)}` : unitOf(count, large.name);
}

/** From one duration to another in words, no more exact than it can be: `in 25 to 30 minutes`, `within 3 hours`. */
export function rangeInWords(fromMs: number, toMs: number): string {
  const unit = UNITS.find(({ ms }) => toMs >= 2 * ms) ?? { name: "second", ms: 1_000 };
  const count = (ms: number) => Math.max(1, Math.ceil(ms / unit.ms));
  const [from, to] = [count(fromMs), count(toMs)];
  if (fromMs <= 0 || from === to) return `within ${unitOf(to, unit.name)}`;
  return `in ${from} to ${unitOf(to, unit.name)}`;
}

function unitOf(count: number, name: string): string {
  return `${count} ${name}${count === 1 ? "" : "s"}`;
}
