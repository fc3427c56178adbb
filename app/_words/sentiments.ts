import type { SentimentCategory } from "../../lib/db/generated/enums.ts";

/** How a session felt to its user, for people. */
export const SENTIMENT_WORDS: Record<SentimentCategory, string> = {
  POSITIVE: "Positive",
  NEUTRAL: "Neutral",
  NEGATIVE: "Negative",
};
