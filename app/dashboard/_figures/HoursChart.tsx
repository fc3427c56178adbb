import { Section } from "../../_ui/Section.tsx";
import { daysInWords, hourInWords } from "../../_words/times.ts";
import { Bars } from "../_charts/Bars.tsx";
import { Plot } from "../_charts/Plot.tsx";
import { scaleOf } from "../_charts/scale.ts";
import { Timeline } from "../_charts/Timeline.tsx";
import type { Filter } from "../_filter/filter.ts";
import { BarsKey } from "./BarsKey.tsx";
import type { FiguresAnswer } from "./series.tsx";

const HEIGHT = "h-28";
const HOURS = Array.from({ length: 24 }, (_, hour) => String(hour));
const COLUMNS = HOURS.map((hour) => ({ name: hourInWords(hour), filter: { hour } }));
const MARKS = ["00:00", "06:00", "12:00", "18:00", "24:00"];

interface HoursChartProps {
  figures: FiguresAnswer;
  /** With the period. */
  filter: Filter;
  isCompared: boolean;
}

/** When in the day sessions begin, over the whole period. */
export function HoursChart({ figures, filter, isCompared }: HoursChartProps) {
  const { totals, previous, period } = figures;
  const values = HOURS.map((hour) => totals.hours[hour] ?? 0);
  const before = isCompared ? HOURS.map((hour) => previous.totals.hours[hour] ?? 0) : undefined;
  const scale = scaleOf(Math.max(...values, ...(before ?? [])), 3);
  return (
    <Section
      id="hours"
      title={`Hours of the day, in ${period.timeZone}`}
      aside={<BarsKey line={before && daysInWords(previous.from, previous.to)} />}
    >
      <div className="rounded-xl border border-line bg-surface p-5 pb-3">
        <Timeline columns={COLUMNS} unit="hour" filter={filter}>
          <Plot scale={scale} height={HEIGHT} below={<HourAxis />}>
            <Bars name="Sessions" values={values} before={before} top={scale.top} filter={{}} height={HEIGHT} />
          </Plot>
        </Timeline>
      </div>
    </Section>
  );
}

function HourAxis() {
  return (
    <p aria-hidden="true" className="mt-1.5 flex justify-between text-xs text-ink-faint tabular-nums">
      {MARKS.map((mark) => (
        <span key={mark}>{mark}</span>
      ))}
    </p>
  );
}
