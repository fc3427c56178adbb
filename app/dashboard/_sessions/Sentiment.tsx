import type { ReactNode } from "react";
import type { SentimentCategory } from "../../../lib/db/enums.ts";
import { SENTIMENT_WORDS } from "../../_words/sessions.ts";

const FACES: Record<SentimentCategory, { ink: string; mouth: ReactNode }> = {
  POSITIVE: { ink: "text-done", mouth: <path d="M5 9.2c1.4 2.4 4.6 2.4 6 0" /> },
  NEUTRAL: { ink: "text-waiting", mouth: <path d="M5.2 10.2h5.6" /> },
  NEGATIVE: { ink: "text-failed", mouth: <path d="M5 11.2c1.4-2.4 4.6-2.4 6 0" /> },
};

/** A face and a word. */
export function Sentiment({ sentiment }: { sentiment: SentimentCategory }) {
  return (
    <span className="inline-flex items-center gap-1.5 whitespace-nowrap text-sm font-medium">
      <SentimentFace sentiment={sentiment} />
      {SENTIMENT_WORDS[sentiment]}
    </span>
  );
}

/** The face alone; its word stands beside it. */
export function SentimentFace({ sentiment }: { sentiment: SentimentCategory }) {
  const { ink, mouth } = FACES[sentiment];
  return (
    <svg
      aria-hidden="true"
      viewBox="0 0 16 16"
      className={`size-4 shrink-0 ${ink}`}
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
    >
      <circle cx="8" cy="8" r="7" />
      {mouth}
      <path d="M5.75 5.5v1m4.5-1v1" strokeLinecap="round" />
    </svg>
  );
}
