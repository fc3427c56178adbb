const LONGEST_MS = 86_400_000;

/**
 * Milliseconds from `retry-after-ms` or `retry-after` (seconds or an HTTP date), within a day; null if there is neither.
 * A date is held against the reply's own date: their clock and ours may differ by more than the wait.
 */
export function readRetryAfter(headers: Headers, now: Date): number | null {
  const text = headers.get("retry-after")?.trim() ?? "";
  const sentAt = Date.parse(headers.get("date") ?? "");
  const given = [
    asNumber(headers.get("retry-after-ms")),
    asNumber(text) * 1_000,
    asDate(text) - (Number.isFinite(sentAt) ? sentAt : now.getTime()),
  ].find((ms) => !Number.isNaN(ms));
  return given === undefined ? null : Math.round(Math.min(Math.max(0, given), LONGEST_MS));
}

function asNumber(text: string | null): number {
  return text !== null && /^\s*[+-]?\d+(\.\d*)?(e\+?\d+)?\s*$/i.test(text) ? Number(text) : Number.NaN;
}

function asDate(text: string): number {
  return /[a-z]{3}.*\d\d:\d\d/i.test(text) ? Date.parse(text) : Number.NaN;
}
