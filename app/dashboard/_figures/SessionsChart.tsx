import { Section } from "../../_ui/Section.tsx";
import { daysInWords } from "../../_words/times.ts";
import { Bars } from "../_charts/Bars.tsx";
import { DayAxis } from "../_charts/DayAxis.tsx";
import { Plot } from "../_charts/Plot.tsx";
import { scaleOf } from "../_charts/scale.ts";
import { BarsKey } from "./BarsKey.tsx";
import type { FiguresAnswer } from "./series.tsx";

const HEIGHT = "h-44";

interface SessionsChartProps {
  figures: FiguresAnswer;
  parts: readonly { from: string; to: string }[];
  isCompared: boolean;
}

/** All sessions over time, how many of them are analysed, and how many there were in the period before. */
export function SessionsChart({ figures, parts, isCompared }: SessionsChartProps) {
  const { overTime, previous, period, totals } = figures;
  const values = overTime.map((part) => part.sessions);
  const before = isCompared ? previous.overTime.map((part) => part.sessions) : undefined;
  const scale = scaleOf(Math.max(...values, ...(before ?? [])), 4);
  const shades = { dark: "analysed", light: totals.empty > 0 ? "not yet, or nothing written" : "not yet" };
  const compared = isCompared ? daysInWords(previous.from, previous.to) : undefined;
  return (
    <Section
      id="sessions"
      title={`Sessions by ${period.bucket}`}
      aside={<BarsKey shades={shades} line={compared && `the same number of days before: ${compared}`} />}
    >
      <div className="rounded-xl border border-line bg-surface p-5 pb-3">
        <Plot scale={scale} height={HEIGHT} below={<DayAxis parts={parts} />}>
          <Bars
            name="Sessions"
            values={values}
            inner={overTime.map((part) => part.analysed)}
            before={before}
            top={scale.top}
            filter={{}}
            height={HEIGHT}
          />
        </Plot>
      </div>
    </Section>
  );
}
