import type { Summary } from "../../lib/admin/overview/summary.ts";
import { layRibbons } from "./ribbons.ts";

type Way = "across" | "down";

/** Where the four parts of the way end, measured like the list of stages beside the picture. */
const ENDS = { across: [5, 10, 15, 23], down: [1, 2, 3, 5] } as const;
const SHADES = [1, 0.7, 0.4, 0.1];
const THICKNESS = 100;
/** The length of a ribbon's point, in the measure of its way. */
const POINT = { across: 0.3, down: 0.15 };

/**
 * All requests as ribbons: as thick as there are many, as long as they have come. Stretched to its place: across on
 * wide screens, down beside the list of stages on narrow ones. The figures stand beside it as text.
 */
export function RibbonPicture({ summary, way, className }: { summary: Summary; way: Way; className: string }) {
  const ends = ENDS[way];
  const [width, height] = turned(way, ends[3], THICKNESS);
  const [towardsX, towardsY] = turned(way, 1, 0);
  return (
    <svg aria-hidden="true" preserveAspectRatio="none" viewBox={`0 0 ${width} ${height}`} className={className}>
      {ends.map((end, part) => (
        <path
          key={end}
          className="fill-sunken"
          opacity={SHADES[part]}
          d={outline(way, ends[part - 1] ?? 0, end, 0, 0, THICKNESS)}
        />
      ))}
      {layRibbons(summary, THICKNESS).map(({ stage, offset, size }) => (
        <g key={stage.status}>
          <linearGradient id={`${way}-${stage.status}`} x1="0" y1="0" x2={towardsX} y2={towardsY}>
            <stop stopColor={`var(--${stage.tone})`} stopOpacity="0.45" />
            <stop offset="0.7" stopColor={`var(--${stage.tone})`} />
          </linearGradient>
          <path
            data-ribbon={stage.status}
            className="moving"
            fill={`url(#${way}-${stage.status})`}
            d={outline(way, 0, ends[stage.lastPart], POINT[way], offset, size)}
          />
        </g>
      ))}
    </svg>
  );
}

/** A band from `start` to `end` along the way, its last `point` narrowing to a tip. */
function outline(way: Way, start: number, end: number, point: number, offset: number, size: number): string {
  const corners = [
    [start, offset],
    [end - point, offset],
    [end, offset + size / 2],
    [end - point, offset + size],
    [start, offset + size],
  ] as const;
  return `M${corners.map(([along, aside]) => turned(way, along, aside).join(" ")).join("L")}Z`;
}

function turned(way: Way, along: number, aside: number): [x: number, y: number] {
  return way === "across" ? [along, aside] : [aside, along];
}
