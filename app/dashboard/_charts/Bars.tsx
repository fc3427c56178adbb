"use client";

import Link from "next/link";
import { type KeyboardEvent, type PointerEvent, useState } from "react";
import { address } from "../../_kit/search.ts";
import { counted, inGroups } from "../../_words/numbers.ts";
import { SESSIONS } from "../_filter/filter.ts";
import { barsPath, HEIGHT, levelsPath } from "./barsPath.ts";
import { type Column, useTimeline } from "./Timeline.tsx";

/**
 * Counts, a bar for each column of the timeline; a click leads to the sessions behind the bar. With the keyboard, the
 * arrows choose one.
 */
export function Bars({ name, values, inner, before, top, filter, ink = "text-accent", height }: BarsProps) {
  const timeline = useTimeline();
  const [active, setActive] = useState<number>();
  const { columns } = timeline;
  const column = active === undefined ? undefined : columns[active];
  const countsAt = (index: number) => ({ value: values[index], inner: inner?.[index], before: before?.[index] });
  const words = column && active !== undefined ? wordsOf(column, countsAt(active)) : undefined;
  const step = (event: KeyboardEvent) => {
    const next = nextColumn(event.key, active, columns.length);
    if (next === undefined) return;
    event.preventDefault();
    setActive(next);
  };
  return (
    <Link
      href={address(SESSIONS, { ...timeline.filter, ...filter, ...column?.filter })}
      prefetch={false}
      aria-label={`${name}: ${words ?? summaryOf(values, timeline)}`}
      onPointerMove={(event) => setActive(columnAt(event, columns.length))}
      onPointerLeave={() => setActive(undefined)}
      onBlur={() => setActive(undefined)}
      onKeyDown={step}
      className={`relative block ${height}`}
    >
      <svg
        aria-hidden="true"
        viewBox={`0 0 ${columns.length} ${HEIGHT}`}
        preserveAspectRatio="none"
        className={`absolute inset-0 size-full ${ink}`}
      >
        {active !== undefined && <path d={`M${active} 0h1v${HEIGHT}h-1z`} className="fill-sunken" />}
        <path d={barsPath(values, top)} fill="currentColor" opacity={inner ? 0.35 : 1} />
        {inner && <path d={barsPath(inner, top)} fill="currentColor" />}
        {before && (
          <path d={levelsPath(before, top)} className="stroke-ink" strokeWidth="2" vectorEffect="non-scaling-stroke" />
        )}
      </svg>
      {words && active !== undefined && <Readout words={words} place={(active + 0.5) / columns.length} />}
      <span role="status" className="sr-only">
        {words}
      </span>
    </Link>
  );
}

interface BarsProps {
  /** What is counted. */
  name: string;
  values: readonly number[];
  /** A share of each value, drawn inside its bar: the analysed ones. */
  inner?: readonly number[];
  /** What each value was in the period before: a line across its column. */
  before?: readonly number[] | undefined;
  /** What fills the height: the same for all bars that are to be compared. */
  top: number;
  /** What tells these sessions from the others of the page. */
  filter: Readonly<Record<string, string>>;
  ink?: string | undefined;
  /** As a class. */
  height: string;
}

/** Above the column, and within the chart at its ends. */
function Readout({ words, place }: { words: string; place: number }) {
  const shift = place < 0.2 ? "" : place > 0.8 ? "-translate-x-full" : "-translate-x-1/2";
  return (
    <span
      aria-hidden="true"
      style={{ left: `${place * 100}%` }}
      className={`pointer-events-none absolute bottom-full z-10 mb-1 w-max max-w-64 rounded-md bg-ink px-2.5 py-1 text-sm text-paper tabular-nums ${shift}`}
    >
      {words}
    </span>
  );
}

function columnAt(event: PointerEvent, columns: number): number {
  const box = event.currentTarget.getBoundingClientRect();
  const column = Math.floor(((event.clientX - box.left) / box.width) * columns);
  return Math.min(Math.max(column, 0), columns - 1);
}

function nextColumn(key: string, active: number | undefined, columns: number): number | undefined {
  if (key === "ArrowRight") return Math.min((active ?? -1) + 1, columns - 1);
  if (key === "ArrowLeft") return Math.max((active ?? columns) - 1, 0);
  if (key === "Home") return 0;
  return key === "End" ? columns - 1 : undefined;
}

function wordsOf({ name }: Column, { value = 0, inner, before }: Counts): string {
  const analysed = inner === undefined ? "" : `, ${inGroups(inner)} analysed`;
  const compared = before === undefined ? "" : `; ${inGroups(before)} in the period before`;
  return `${name}: ${counted(value, "session")}${analysed}${compared}`;
}

interface Counts {
  value: number | undefined;
  inner: number | undefined;
  before: number | undefined;
}

/** What the picture shows, in a sentence. */
function summaryOf(values: readonly number[], { columns, unit }: ReturnType<typeof useTimeline>): string {
  const most = Math.max(...values);
  const column = columns[values.indexOf(most)];
  if (!column || most === 0) return `none in any ${unit}`;
  return `by ${unit}, most in ${column.name} with ${counted(most, "session")}`;
}
