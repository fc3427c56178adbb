"use client";

import type { ReactNode } from "react";
import { inGroups, inShort } from "../../_words/numbers.ts";
import type { Scale } from "./scale.ts";

/**
 * Bars with their axis: lines across at round numbers, and what stands below. The pictures' words say the same to others.
 * A client component: a long page is streamed in parts, and one that is cut within a picture is hidden by an inline style,
 * which the policy refuses.
 */
export function Plot({ scale, height, children, below }: PlotProps) {
  const at = (tick: number) => `${100 - (tick / scale.top) * 100}%`;
  return (
    <div className="grid grid-cols-[2.25rem_minmax(0,1fr)] gap-x-2">
      <svg aria-hidden="true" className={`w-full overflow-visible ${height}`}>
        {scale.ticks.map((tick) => (
          <text
            key={tick}
            x="100%"
            y={at(tick)}
            textAnchor="end"
            dy="0.35em"
            className="fill-ink-faint text-xs tabular-nums"
          >
            <title>{inGroups(tick)}</title>
            {inShort(tick)}
          </text>
        ))}
      </svg>
      <div className="relative">
        <svg aria-hidden="true" className="absolute inset-0 size-full overflow-visible">
          {scale.ticks.map((tick) => (
            <line key={tick} x1="0" x2="100%" y1={at(tick)} y2={at(tick)} className="stroke-line" />
          ))}
        </svg>
        {children}
      </div>
      {below && <div className="col-start-2">{below}</div>}
    </div>
  );
}

interface PlotProps {
  scale: Scale;
  /** As a class, the same that the bars have. */
  height: string;
  children: ReactNode;
  below?: ReactNode;
}
