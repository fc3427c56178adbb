import type { ResponseTime } from "../../lib/company/sessions/responseTimes.ts";
import { inWords } from "./durations.ts";

/** How long a session's user waited for an answer, on average, for people. */
export const RESPONSE_TIME_WORDS: Record<ResponseTime, string> = {
  under_5s: "Less than 5 seconds",
  "5_to_15s": "5 to 15 seconds",
  "15_to_30s": "15 to 30 seconds",
  "30_to_60s": "30 seconds to a minute",
  "1_to_5min": "1 to 5 minutes",
  over_5min: "5 minutes or more",
};

/** `7.5 seconds`, `2 minutes 5 seconds`. */
export function secondsInWords(seconds: number): string {
  if (seconds >= 60) return inWords(Math.round(seconds) * 1_000);
  const rounded = Math.round(seconds * 10) / 10;
  return `${rounded} second${rounded === 1 ? "" : "s"}`;
}
