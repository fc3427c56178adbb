import type { z } from "zod";
import type { readFigures } from "../../../lib/company/figures/readFigures.ts";
import { SentimentCategory, SessionCategory } from "../../../lib/db/generated/enums.ts";
import { CATEGORY_WORDS } from "../../_words/categories.ts";
import { languageName } from "../../_words/languages.ts";
import { SENTIMENT_WORDS } from "../../_words/sentiments.ts";
import type { Series } from "../_charts/SeriesList.tsx";
import { SentimentFace } from "../_sessions/Sentiment.tsx";

export type FiguresAnswer = z.output<typeof readFigures.output>;

const INKS: Record<SentimentCategory, string> = {
  POSITIVE: "text-done",
  NEUTRAL: "text-waiting",
  NEGATIVE: "text-failed",
};

/** Each sentiment over time, the bad news first. */
export function sentimentSeries({ totals, overTime }: FiguresAnswer): Series[] {
  return Object.values(SentimentCategory)
    .toReversed()
    .map((sentiment) => ({
      name: SENTIMENT_WORDS[sentiment],
      icon: <SentimentFace sentiment={sentiment} />,
      count: totals.sentiments[sentiment],
      values: overTime.map((part) => part.sentiments[sentiment]),
      filter: { sentiment },
      ink: INKS[sentiment],
    }));
}

/** The categories that occur, the most frequent first. */
export function categorySeries({ totals, overTime }: FiguresAnswer): Series[] {
  const series = Object.values(SessionCategory).map((category) => ({
    name: CATEGORY_WORDS[category],
    count: totals.categories[category],
    values: overTime.map((part) => part.categories[category]),
    filter: { category },
  }));
  return byCount(series);
}

export function languageSeries({ totals, overTime }: FiguresAnswer): Series[] {
  const series = Object.entries(totals.languages).map(([language, count]) => ({
    name: languageName(language),
    count,
    values: overTime.map((part) => part.languages[language] ?? 0),
    filter: { language },
  }));
  return byCount(series);
}

export function escalationSeries({ totals, overTime }: FiguresAnswer): Series[] {
  return [
    {
      name: "Escalated to a person",
      count: totals.escalated,
      values: overTime.map((part) => part.escalated),
      filter: { escalated: "true" },
      ink: "text-partial",
    },
    {
      name: "Sent on to HR",
      count: totals.forwardedHr,
      values: overTime.map((part) => part.forwardedHr),
      filter: { forwardedHr: "true" },
      ink: "text-partial",
    },
  ];
}

/** Already the most frequent first. */
export function questionSeries({ questions }: FiguresAnswer): Series[] {
  return questions.map(({ id, content, sessions, overTime }) => ({
    name: content,
    count: sessions,
    values: overTime,
    filter: { questionId: id },
  }));
}

function byCount(series: Series[]): Series[] {
  return series.filter(({ count }) => count > 0).sort((a, b) => b.count - a.count);
}
