import { address } from "../../_kit/search.ts";
import { daysInWords } from "../../_words/times.ts";
import { SeriesList } from "../_charts/SeriesList.tsx";
import { Timeline } from "../_charts/Timeline.tsx";
import { type Filter, OVERVIEW } from "../_filter/filter.ts";
import { FiguresTable } from "./FiguresTable.tsx";
import { HoursChart } from "./HoursChart.tsx";
import { SessionsChart } from "./SessionsChart.tsx";
import {
  categorySeries,
  countrySeries,
  escalationSeries,
  type FiguresAnswer,
  languageSeries,
  questionSeries,
  responseTimeSeries,
  sentimentSeries,
  sumOf,
  topicSeries,
} from "./series.tsx";
import { Tiles } from "./Tiles.tsx";

/** What the sessions of a period say: figures, how they came over time, and a way to the sessions behind each. */
export function Figures({ figures, filter: chosen, isTableShown }: FiguresProps) {
  const { totals, overTime, period } = figures;
  const filter = { ...chosen, from: period.from, to: period.to };
  const isCompared = figures.previous.totals.sessions > 0;
  const parts = overTime.map(({ from, to }) => ({ from, to }));
  const columns = parts.map((part) => ({ name: daysInWords(part.from, part.to), filter: part }));
  const shared = { parts, filter, isCompared };
  const ofAnalysed = { ...shared, whole: totals.analysed, note: "of the analysed sessions" };
  const countries = countrySeries(figures);
  const responseTimes = responseTimeSeries(figures);
  return (
    <Timeline columns={columns} unit={period.bucket} filter={filter}>
      <Tiles figures={figures} filter={filter} isCompared={isCompared} />
      <SessionsChart figures={figures} parts={parts} isCompared={isCompared} />
      {totals.analysed === 0 ? (
        <p className="mt-10 rounded-xl border border-line bg-surface px-5 py-6 text-ink-soft">
          {whyNoAnalysis(figures)}
        </p>
      ) : (
        <>
          <SeriesList id="sentiment" title="Sentiment" series={sentimentSeries(figures)} {...ofAnalysed} />
          <SeriesList id="escalations" title="Escalations" series={escalationSeries(figures)} {...ofAnalysed} />
          <SeriesList id="categories" title="Categories" series={categorySeries(figures)} {...ofAnalysed} />
          <SeriesList id="topics" title="What people ask about" series={topicSeries(figures)} {...ofAnalysed} />
          <SeriesList id="questions" title="What people ask most" series={questionSeries(figures)} {...ofAnalysed} />
          <SeriesList id="languages" title="Languages" series={languageSeries(figures)} {...ofAnalysed} />
        </>
      )}
      <HoursChart figures={figures} filter={filter} isCompared={isCompared} />
      {sumOf(responseTimes) > 0 && (
        <SeriesList
          id="response-times"
          title="Response times"
          series={responseTimes}
          {...shared}
          whole={sumOf(responseTimes)}
          note="the average in a session, where it is known"
        />
      )}
      <SeriesList
        id="countries"
        title="Countries"
        series={countries}
        {...shared}
        whole={sumOf(countries)}
        note="of the sessions whose country is known"
      />
      <FiguresTable
        figures={figures}
        filter={chosen}
        isShown={isTableShown}
        toggle={address(OVERVIEW, { ...filter, bucket: period.bucket, table: isTableShown ? undefined : "shown" })}
      />
    </Timeline>
  );
}

interface FiguresProps {
  figures: FiguresAnswer;
  filter: Filter;
  isTableShown: boolean;
}

function whyNoAnalysis({ totals }: FiguresAnswer): string {
  if (totals.empty === totals.sessions) return "Nothing was written in these sessions, so there is nothing to analyse.";
  return (
    "None of these sessions has been analysed yet. They are analysed in batches, usually within a day. This page will then show " +
    "sentiment, categories, languages and questions."
  );
}
