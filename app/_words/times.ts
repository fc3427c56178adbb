// Months stand here and not in Intl: server and browser must write the same, whatever their versions.
export const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

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
