import { MONTHS } from "./times.ts";

/** `4 Oct 2026`, from `2026-10-04`. */
export function dayInWords(day: string): string {
  const { number, month, year } = partsOf(day);
  return `${number} ${month} ${year}`;
}

/** `28 Sep – 4 Oct 2026`, first and last day included; what both have in common stands once. */
export function daysInWords(from: string, to: string): string {
  if (from === to) return dayInWords(to);
  const first = partsOf(from);
  const last = partsOf(to);
  if (first.year !== last.year) return `${dayInWords(from)} – ${dayInWords(to)}`;
  if (first.month !== last.month) return `${first.number} ${first.month} – ${dayInWords(to)}`;
  return `${first.number} – ${dayInWords(to)}`;
}

/** The day so many days later, or earlier with a negative number. */
export function moveDay(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

function partsOf(day: string): { year: string; month: string; number: number } {
  const [year = "", month = "", number = ""] = day.split("-");
  return { year, month: MONTHS[Number(month) - 1] ?? month, number: Number(number) };
}
