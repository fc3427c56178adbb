import type { z } from "zod";
import type { Figures } from "../../../lib/company/figures/figures.ts";
import type { readFigures } from "../../../lib/company/figures/readFigures.ts";
import { RESPONSE_TIMES } from "../../../lib/company/sessions/responseTimes.ts";
import { SentimentCategory, SessionCategory } from "../../../lib/db/enums.ts";
import {
  CATEGORY_WORDS,
  countryName,
  languageName,
  RESPONSE_TIME_WORDS,
  SENTIMENT_WORDS,
} from "../../_words/sessions.ts";
import type { Series } from "../_charts/SeriesList.tsx";
import { SentimentFace } from "../_sessions/Sentiment.tsx";

export type FiguresAnswer = z.output<typeof readFigures.output>;

const INKS: Record<SentimentCategory, string> = {
  POSITIVE: "text-done",
  NEUTRAL: "text-waiting",
  NEGATIVE: "text-failed",
};

/** One figure in the period, in the one before, and in each part. */
function countsOf({ totals, previous, overTime }: FiguresAnswer, of: (figures: Figures) => number) {
  return { count: of(totals), before: of(previous.totals), values: overTime.map(of) };
}

/** Each sentiment over time, the bad news first. */
export function sentimentSeries(figures: FiguresAnswer): Series[] {
  return Object.values(SentimentCategory)
    .toReversed()
    .map((sentiment) => ({
      name: SENTIMENT_WORDS[sentiment],
      icon: <SentimentFace sentiment={sentiment} />,
      ...countsOf(figures, ({ sentiments }) => sentiments[sentiment]),
      filter: { sentiment },
      ink: INKS[sentiment],
    }));
}

/** The categories that occur, the most frequent first. */
export function categorySeries(figures: FiguresAnswer): Series[] {
  const series = Object.values(SessionCategory).map((category) => ({
    name: CATEGORY_WORDS[category],
    ...countsOf(figures, ({ categories }) => categories[category]),
    filter: { category },
  }));
  return byCount(series);
}

export function languageSeries(figures: FiguresAnswer): Series[] {
  const series = Object.keys(figures.totals.languages).map((language) => ({
    name: languageName(language),
    ...countsOf(figures, ({ languages }) => languages[language] ?? 0),
    filter: { language },
  }));
  return byCount(series);
}

export function countrySeries(figures: FiguresAnswer): Series[] {
  const series = Object.keys(figures.totals.countries).map((country) => ({
    name: countryName(country),
    ...countsOf(figures, ({ countries }) => countries[country] ?? 0),
    filter: { country },
  }));
  return byCount(series);
}

/** The shortest wait first. */
export function responseTimeSeries(figures: FiguresAnswer): Series[] {
  return RESPONSE_TIMES.map((responseTime) => ({
    name: RESPONSE_TIME_WORDS[responseTime],
    ...countsOf(figures, ({ responseTimes }) => responseTimes[responseTime]),
    filter: { responseTime },
  }));
}

export function escalationSeries(figures: FiguresAnswer): Series[] {
  return [
    {
      name: "Escalated to a person",
      ...countsOf(figures, ({ escalated }) => escalated),
      filter: { escalated: "true" },
      ink: "text-partial",
    },
    {
      name: "Sent on to HR",
      ...countsOf(figures, ({ forwardedHr }) => forwardedHr),
      filter: { forwardedHr: "true" },
      ink: "text-partial",
    },
  ];
}

/** Already the most frequent first. */
export function questionSeries({ questions }: FiguresAnswer): Series[] {
  return questions.map(({ id, content, sessions, sessionsBefore, overTime }) => ({
    name: content,
    count: sessions,
    before: sessionsBefore,
    values: overTime,
    filter: { questionId: id },
  }));
}

/** Already the most frequent first. */
export function topicSeries({ topics }: FiguresAnswer): Series[] {
  return topics.map(({ topic, sessions, sessionsBefore, overTime }) => ({
    name: topic,
    count: sessions,
    before: sessionsBefore,
    values: overTime,
    filter: { topic },
  }));
}

function byCount(series: Series[]): Series[] {
  return series.filter(({ count }) => count > 0).sort((a, b) => b.count - a.count);
}

export function sumOf(series: readonly Series[]): number {
  return series.reduce((sum, { count }) => sum + count, 0);
}
