const DAY_MS = 86_400_000;

/** How long a key may be valid, in days. */
export const LIFETIMES = [
  { value: "30", name: "30 days" },
  { value: "90", name: "90 days" },
  { value: "365", name: "a year" },
];

export function untilIn(days: string | undefined): string {
  return new Date(Date.now() + Number(days) * DAY_MS).toISOString();
}
