// Months stand here and not in Intl: server and browser must write the same, whatever their versions.
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** `23 Nov, 14:05` in the zone of whoever runs this, or in UTC. */
export function shortTime(iso: string, zone: "own" | "UTC"): string {
  const date = new Date(iso);
  const own = zone === "own";
  const day = own ? date.getDate() : date.getUTCDate();
  const month = MONTHS[own ? date.getMonth() : date.getUTCMonth()];
  const hours = own ? date.getHours() : date.getUTCHours();
  const minutes = own ? date.getMinutes() : date.getUTCMinutes();
  return `${String(day).padStart(2, "0")} ${month}, ${twoDigits(hours)}:${twoDigits(minutes)}`;
}

/** `2026-11-23 14:05:32 UTC`, from an ISO time in UTC. */
export function exactUtc(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}
