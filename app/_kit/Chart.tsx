"use client";

import "uplot/dist/uPlot.min.css";
import { useEffect, useId, useRef } from "react";
import type uPlot from "uplot";
import { useZone } from "../_ui/Time.tsx";
import { inGroups } from "../_words/numbers.ts";
import { shortTime } from "../_words/times.ts";

export interface Line {
  name: string;
  /** A colour of tokens.css, such as `--done`. */
  colour: `--${string}`;
  values: readonly number[];
}

const HEIGHT = 220;
const ROWS_IN_TABLE = 48;
const WHOLE_STEPS = Array.from({ length: 10 }, (_, power) => [1, 2, 5].map((step) => step * 10 ** power)).flat();

/** Lines over time. A picture for who sees it, and the same numbers as a table for who does not. */
export function Chart({ label, times, lines }: { label: string; times: readonly string[]; lines: readonly Line[] }) {
  const holder = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const id = useId();
  const zone = useZone();
  const shape = lines.map(({ name, colour }) => `${name} ${colour}`).join();
  const data: uPlot.AlignedData = [times.map((at) => Date.parse(at) / 1000), ...lines.map(({ values }) => [...values])];
  const latest = useRef(data);
  latest.current = data;

  // biome-ignore lint/correctness/useExhaustiveDependencies: the lines' names and colours stand in `shape`
  useEffect(() => {
    const element = holder.current;
    if (!element) return;
    let isGone = false;
    const draw = async () => {
      // Loaded when there is something to draw: the page itself need not wait for it.
      const { default: Plot } = await import("uplot");
      if (isGone) return;
      plot.current?.destroy();
      plot.current = new Plot(
        { ...optionsFor(element, lines, zone), tzDate: inZone(Plot, zone) },
        latest.current,
        element,
      );
    };
    void draw();
    const resized = new ResizeObserver(() => plot.current?.setSize({ width: element.clientWidth, height: HEIGHT }));
    resized.observe(element);
    const scheme = matchMedia("(prefers-color-scheme: dark)");
    scheme.addEventListener("change", draw);
    return () => {
      isGone = true;
      resized.disconnect();
      scheme.removeEventListener("change", draw);
      plot.current?.destroy();
    };
  }, [shape, zone]);

  useEffect(() => {
    plot.current?.setData(data);
  });

  return (
    <figure aria-labelledby={id} className="min-w-0 rounded-xl border border-line bg-surface p-4">
      <figcaption id={id} className="mb-2 text-sm font-medium">
        {label}
      </figcaption>
      <div ref={holder} data-chart aria-hidden="true" className="min-h-[270px] w-full overflow-hidden" />
      <NumbersTable times={times} lines={lines} zone={zone} />
    </figure>
  );
}

function NumbersTable({ times, lines, zone }: { times: readonly string[]; lines: readonly Line[]; zone: string }) {
  const from = Math.max(0, times.length - ROWS_IN_TABLE);
  return (
    <details className="mt-2 text-sm text-ink-soft">
      <summary className="cursor-pointer">Show as a table</summary>
      <div className="mt-2">
        <table className="w-full tabular-nums">
          <thead>
            <tr>
              <th scope="col" className="text-left font-medium">
                Time ({zone})
              </th>
              {lines.map(({ name }) => (
                <th key={name} scope="col" className="text-right font-medium">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {times.slice(from).map((at, index) => (
              <tr key={at}>
                <td>{shortTime(at, zone)}</td>
                {lines.map(({ name, values }) => (
                  <td key={name} className="text-right">
                    {inGroups(values[from + index] ?? 0)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

function optionsFor(element: HTMLElement, lines: readonly Line[], zone: string): uPlot.Options {
  const style = getComputedStyle(element);
  const colour = (name: string) => resolve(element, style.getPropertyValue(name));
  const font = `12px ${style.fontFamily}`;
  const grid = { stroke: colour("--line"), width: 1 };
  const axis = { stroke: colour("--ink-faint"), font, grid, ticks: { show: false } };
  return {
    width: element.clientWidth,
    height: HEIGHT,
    legend: { live: true },
    cursor: { drag: { x: false, y: false } },
    scales: { y: { range: (_, _min, max) => [0, Math.max(4, max * 1.05)] } },
    axes: [
      { ...axis, values: (_, ticks) => ticks.map((tick) => hourOrDay(tick, zone)) },
      // What is counted is whole: no line between one and two.
      { ...axis, size: 64, incrs: WHOLE_STEPS, values: (_, ticks) => ticks.map((tick) => inGroups(tick)) },
    ],
    // While nobody points at a time, the legend has the newest values.
    hooks: { ready: [showNewest], setData: [showNewest], setCursor: [showNewest] },
    series: [
      { label: "Time", value: (_, seconds) => timeOf(seconds, zone) },
      ...lines.map((line, index) => ({
        label: line.name,
        value: (_: uPlot, value: number | null) => (value === null ? "" : inGroups(value)),
        stroke: colour(line.colour),
        width: 2,
        points: { show: false },
        // Not by colour alone: every second line is dashed.
        ...(index % 2 === 1 ? { dash: [6, 4] } : {}),
      })),
    ],
  };
}

function showNewest(plot: uPlot): void {
  if (typeof plot.cursor.idx !== "number") plot.setLegend({ idx: plot.data[0].length - 1 }, false);
}

function timeOf(seconds: number | null, zone: string): string {
  return seconds === null ? "" : shortTime(new Date(seconds * 1000).toISOString(), zone);
}

/** Lets the axis begin days at the zone's own midnight. */
function inZone(Plot: typeof uPlot, zone: string): uPlot.LocalDateFromUnix {
  return (seconds) => Plot.tzDate(new Date(seconds * 1000), zone);
}

/** The hour in the page's zone; at midnight the day. */
function hourOrDay(seconds: number, zone: string): string {
  const [day = "", hour = ""] = timeOf(seconds, zone).split(", ");
  return hour === "00:00" ? day : hour;
}

/** `light-dark(...)` as the colour that it is now: a canvas does not know it. */
function resolve(element: HTMLElement, value: string): string {
  const probe = document.createElement("span");
  probe.style.color = value;
  element.append(probe);
  const colour = getComputedStyle(probe).color;
  probe.remove();
  return colour;
}
