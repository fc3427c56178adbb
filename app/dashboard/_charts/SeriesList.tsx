import type { ReactNode } from "react";
import { address } from "../../_kit/search.ts";
import { Section } from "../../_ui/Section.tsx";
import { SESSIONS } from "../_filter/filter.ts";
import { DayAxis } from "./DayAxis.tsx";
import { SeriesRow } from "./SeriesRow.tsx";
import { scaleOf } from "./scale.ts";

export interface Series {
  name: string;
  icon?: ReactNode;
  count: number;
  /** In the period before. */
  before: number;
  values: readonly number[];
  /** What tells its sessions from the others. */
  filter: Readonly<Record<string, string>>;
  ink?: string;
}

/** Figures that are compared: their bars share one scale and one timeline. */
export function SeriesList({ id, title, note, series, whole, parts, filter, isCompared }: SeriesListProps) {
  if (series.length === 0) return null;
  const scale = scaleOf(Math.max(...series.flatMap(({ values }) => values)), 1);
  return (
    <Section id={id} title={title} aside={<p className="text-sm text-ink-faint">{note}</p>}>
      <ul className="rounded-xl border border-line bg-surface">
        {series.map(({ before, ...one }) => (
          <SeriesRow
            key={JSON.stringify(one.filter)}
            {...one}
            before={isCompared ? before : undefined}
            href={address(SESSIONS, { ...filter, ...one.filter })}
            whole={whole}
            scale={scale}
          />
        ))}
        <li aria-hidden="true" className="grid px-5 pb-3 wide:grid-cols-[minmax(0,20rem)_13rem_1fr] wide:gap-x-6">
          <div className="pl-11 wide:col-start-3">
            <DayAxis parts={parts} />
          </div>
        </li>
      </ul>
    </Section>
  );
}

interface SeriesListProps {
  id: string;
  title: string;
  note: string;
  series: readonly Series[];
  whole: number;
  parts: readonly { from: string; to: string }[];
  /** The filter of the page, with its period. */
  filter: Readonly<Record<string, string>>;
  /** Whether there is a period before to compare with. */
  isCompared: boolean;
}
