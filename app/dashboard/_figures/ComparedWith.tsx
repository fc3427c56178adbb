import { dayInWords, daysInWords } from "../../_words/times.ts";
import type { FiguresAnswer } from "./series.tsx";

interface ComparedWithProps {
  previous: FiguresAnswer["previous"];
  /** The days of the oldest and the newest session. */
  known: { first: string; last: string };
}

/** Which days the figures are held against, and what is to be known about that. */
export function ComparedWith({ previous, known }: ComparedWithProps) {
  const days = daysInWords(previous.from, previous.to);
  if (previous.totals.sessions === 0) return <p>There is nothing to compare with in the days before, {days}.</p>;
  const isPart = known.first > previous.from;
  return (
    <p>
      Compared with the same number of days before, {days}
      {isPart && `, of which you have sessions only from ${dayInWords(known.first)}`}.
    </p>
  );
}
