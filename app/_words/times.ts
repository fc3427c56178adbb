// Months stand here and not in Intl: server and browser must write the same, whatever their versions.
export const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

type Zone = "own" | "UTC";

/** `23 Nov, 14:05` in the zone of whoever runs this, or in UTC. */
export function shortTime(iso: string, zone: Zone): string {
  const { day, clock } = partsOf(iso, zone);
  return `${day}, ${clock}`;
}

/** `23 Nov 2026, 14:05`, the same way. */
export function longTime(iso: string, zone: Zone): string {
  const { day, year, clock } = partsOf(iso, zone);
  return `${day} ${year}, ${clock}`;
}

function partsOf(iso: string, zone: Zone): { day: string; year: number; clock: string } {
  const date = new Date(iso);
  const own = zone === "own";
  const day = own ? date.getDate() : date.getUTCDate();
  const month = MONTHS[own ? date.getMonth() : date.getUTCMonth()];
  const hours = own ? date.getHours() : date.getUTCHours();
  const minutes = own ? date.getMinutes() : date.getUTCMinutes();
  return {
    day: `${twoDigits(day)} ${month}`,
    year: own ? date.getFullYear() : date.getUTCFullYear(),
    clock: `${twoDigits(hours)}:${twoDigits(minutes)}`,
  };
}

/** `2026-11-23 14:05:32 UTC`, from an ISO time in UTC. */
export function exactUtc(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}
