import { address } from "../../_kit/search.ts";
import { Section } from "../../_ui/Section.tsx";
import { Bars } from "../_charts/Bars.tsx";
import { DayAxis } from "../_charts/DayAxis.tsx";
import { SeriesList } from "../_charts/SeriesList.tsx";
import { Timeline } from "../_charts/Timeline.tsx";
import { type Filter, OVERVIEW, SESSIONS } from "../_filter/filter.ts";
import { FiguresTable } from "./FiguresTable.tsx";
import {
  categorySeries,
  escalationSeries,
  type FiguresAnswer,
  languageSeries,
  questionSeries,
  sentimentSeries,
} from "./series.tsx";
import { Tile } from "./Tile.tsx";

/** What the sessions of a period say: figures, how they came over time, and a way to the sessions behind each. */
export function Figures({ figures, filter: chosen, isTableShown }: FiguresProps) {
  const { totals, overTime, period } = figures;
  const filter = { ...chosen, from: period.from, to: period.to };
  const parts = overTime.map(({ from, to }) => ({ from, to }));
  const link = (more: Filter) => address(SESSIONS, { ...filter, ...more });
  const rows = { whole: totals.analysed, note: "of the analysed sessions", parts, filter };
  return (
    <Timeline parts={parts} bucket={period.bucket} filter={chosen}>
      <ul className="grid grid-cols-2 gap-3 wide:grid-cols-4">
        <Tile name="Sessions" count={totals.sessions} href={link({})} />
        <Tile name="Analysed" count={totals.analysed} whole={totals.sessions} href={link({ analysed: "true" })} />
        <Tile name="Escalated" count={totals.escalated} whole={totals.analysed} href={link({ escalated: "true" })} />
        <Tile
          name="Sent on to HR"
          count={totals.forwardedHr}
          whole={totals.analysed}
          href={link({ forwardedHr: "true" })}
        />
      </ul>
      <Section id="sessions" title={`Sessions by ${period.bucket}`} aside={<Key />}>
        <div className="rounded-xl border border-line bg-surface p-5 pb-3">
          <Bars
            name="Sessions"
            values={overTime.map((part) => part.sessions)}
            inner={overTime.map((part) => part.analysed)}
            highest={Math.max(...overTime.map((part) => part.sessions))}
            filter={{}}
            height="h-44"
          />
          <DayAxis parts={parts} />
        </div>
      </Section>
      {totals.analysed === 0 ? (
        <p className="mt-10 rounded-xl border border-line bg-surface px-5 py-6 text-ink-soft">
          None of these sessions is analysed yet. Analyses come in batches, as a rule within a day; this page then shows
          sentiment, categories, languages and questions.
        </p>
      ) : (
        <>
          <SeriesList id="sentiment" title="Sentiment" series={sentimentSeries(figures)} {...rows} />
          <SeriesList id="escalations" title="Escalations" series={escalationSeries(figures)} {...rows} />
          <SeriesList id="categories" title="Categories" series={categorySeries(figures)} {...rows} />
          <SeriesList id="questions" title="What people ask most" series={questionSeries(figures)} {...rows} />
          <SeriesList id="languages" title="Languages" series={languageSeries(figures)} {...rows} />
        </>
      )}
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

/** What the two shades of the bars mean. */
function Key() {
  return (
    <p className="flex gap-5 text-sm text-ink-faint">
      <span className="inline-flex items-center gap-2">
        <span aria-hidden="true" className="size-3 bg-accent" /> analysed
      </span>
      <span className="inline-flex items-center gap-2">
        <span aria-hidden="true" className="size-3 bg-accent opacity-35" /> not yet
      </span>
    </p>
  );
}
