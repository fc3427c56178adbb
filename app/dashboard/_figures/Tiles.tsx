import { address } from "../../_kit/search.ts";
import { type Filter, SESSIONS } from "../_filter/filter.ts";
import type { FiguresAnswer } from "./series.tsx";
import { Tile } from "./Tile.tsx";

interface TilesProps {
  figures: FiguresAnswer;
  /** With the period. */
  filter: Filter;
  isCompared: boolean;
}

/** The figures to begin with. Empty sessions are counted apart: they wait for nothing. */
export function Tiles({ figures, filter, isCompared }: TilesProps) {
  const { totals, previous } = figures;
  const link = (more: Filter) => address(SESSIONS, { ...filter, ...more });
  const counts = (name: "sessions" | "analysed" | "empty" | "escalated" | "forwardedHr") => ({
    count: totals[name],
    before: isCompared ? previous.totals[name] : undefined,
  });
  const written = totals.sessions - totals.empty;
  const isAnyEmpty = totals.empty > 0 || (isCompared && previous.totals.empty > 0);
  return (
    <ul className={`grid grid-cols-2 gap-3 ${isAnyEmpty ? "wide:grid-cols-5" : "wide:grid-cols-4"}`}>
      <Tile name="Sessions" {...counts("sessions")} href={link({})} />
      <Tile name="Analysed" {...counts("analysed")} whole={written} href={link({ analysed: "true" })} />
      <Tile name="Escalated" {...counts("escalated")} whole={totals.analysed} href={link({ escalated: "true" })} />
      <Tile
        name="Sent on to HR"
        {...counts("forwardedHr")}
        whole={totals.analysed}
        href={link({ forwardedHr: "true" })}
      />
      {isAnyEmpty && (
        <Tile name="Nothing was written" {...counts("empty")} whole={totals.sessions} href={link({ empty: "true" })} />
      )}
    </ul>
  );
}
