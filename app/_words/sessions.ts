import type { ResponseTime } from "../../lib/company/sessions/responseTimes.ts";
import type { SentimentCategory, SessionCategory } from "../../lib/db/enums.ts";
import { inWords } from "./times.ts";

/** How a session felt to its user, for people. */
export const SENTIMENT_WORDS: Record<SentimentCategory, string> = {
  POSITIVE: "Positive",
  NEUTRAL: "Neutral",
  NEGATIVE: "Negative",
};

/** What a session is about, for people. */
export const CATEGORY_WORDS: Record<SessionCategory, string> = {
  SCHEDULE_HOURS: "Schedule and hours",
  LEAVE_VACATION: "Leave and vacation",
  SICK_LEAVE_RECOVERY: "Sick leave and recovery",
  SALARY_COMPENSATION: "Salary and compensation",
  CONTRACT_HOURS: "Contract hours",
  ONBOARDING: "Onboarding",
  OFFBOARDING: "Offboarding",
  WORKWEAR_STAFF_PASS: "Workwear and staff pass",
  TEAM_CONTACTS: "Team contacts",
  PERSONAL_QUESTIONS: "Personal questions",
  ACCESS_LOGIN: "Access and login",
  SOCIAL_QUESTIONS: "Social questions",
  UNRECOGNIZED_OTHER: "Not recognised",
};

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

const languages = new Intl.DisplayNames("en", { type: "language", fallback: "code" });

/** The English name of a language, from its ISO 639-1 code. */
export function languageName(code: string): string {
  try {
    return languages.of(code) ?? code;
  } catch {
    // Not the shape of a language code at all: shown as it is.
    return code;
  }
}

const countries = new Intl.DisplayNames("en", { type: "region", fallback: "none" });
const LETTERS = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
/** Codes that have a name and are no country: unions, outlying places, and what was given up. */
const NO_COUNTRY = new Set("EU EZ UN QO ZZ XA XB AN BU CS DD FX NT SU TP YD YU ZR".split(" "));

/** The English name of a country, from its ISO 3166-1 code; anything else as it is. */
export function countryName(code: string): string {
  return (/^[A-Z]{2}$/.test(code) && countries.of(code)) || code;
}

/** All codes with their names, by name. */
export function listCountries(): { value: string; name: string }[] {
  return LETTERS.flatMap((first) => LETTERS.map((second) => first + second))
    .filter((code) => !NO_COUNTRY.has(code) && countries.of(code))
    .map((value) => ({ value, name: countryName(value) }))
    .sort((a, b) => a.name.localeCompare(b.name, "en"));
}
