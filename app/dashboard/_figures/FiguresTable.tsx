import Link from "next/link";
import { address } from "../../_kit/search.ts";
import { Section } from "../../_ui/Section.tsx";
import { inGroups } from "../../_words/numbers.ts";
import { daysInWords } from "../../_words/times.ts";
import { type Filter, SESSIONS } from "../_filter/filter.ts";
import type { FiguresAnswer } from "./series.tsx";

type Part = FiguresAnswer["overTime"][number];

const COLUMNS: readonly { name: string; count: (part: Part) => number; filter: Filter }[] = [
  { name: "Sessions", count: (part) => part.sessions, filter: {} },
  { name: "Nothing written", count: (part) => part.empty, filter: { empty: "true" } },
  { name: "Analysed", count: (part) => part.analysed, filter: { analysed: "true" } },
  { name: "Positive", count: (part) => part.sentiments.POSITIVE, filter: { sentiment: "POSITIVE" } },
  { name: "Neutral", count: (part) => part.sentiments.NEUTRAL, filter: { sentiment: "NEUTRAL" } },
  { name: "Negative", count: (part) => part.sentiments.NEGATIVE, filter: { sentiment: "NEGATIVE" } },
  { name: "Escalated", count: (part) => part.escalated, filter: { escalated: "true" } },
  { name: "Sent on to HR", count: (part) => part.forwardedHr, filter: { forwardedHr: "true" } },
];

/** The same over time in numbers, newest first. It is long, so it comes when it is asked for: `toggle` leads there and back. */
export function FiguresTable({ figures, filter, isShown, toggle }: FiguresTableProps) {
  const { bucket } = figures.period;
  return (
    <Section
      id="numbers"
      title="In numbers"
      aside={
        <Link
          href={toggle}
          prefetch={false}
          scroll={false}
          aria-expanded={isShown}
          className="text-accent underline underline-offset-4 print:hidden"
        >
          {isShown ? "Hide the table" : `Show each ${bucket} as a table`}
        </Link>
      }
    >
      {isShown && (
        <div className="overflow-x-auto rounded-xl border border-line bg-surface">
          <table className="w-full text-sm tabular-nums">
            <thead>
              <tr className="text-ink-soft">
                <th scope="col" className="px-5 py-3 text-left font-medium capitalize">
                  {bucket}
                </th>
                {COLUMNS.map(({ name }) => (
                  <th key={name} scope="col" className="px-3 py-3 text-right font-medium whitespace-nowrap last:pr-5">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {figures.overTime.toReversed().map((part) => (
                <tr key={part.from} className="border-t border-line">
                  <th scope="row" className="px-5 py-2 text-left font-normal whitespace-nowrap">
                    {daysInWords(part.from, part.to)}
                  </th>
                  {COLUMNS.map((column) => (
                    <td key={column.name} className="px-3 py-2 text-right last:pr-5">
                      <Figure
                        count={column.count(part)}
                        href={address(SESSIONS, { ...filter, ...column.filter, from: part.from, to: part.to })}
                      />
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Section>
  );
}

interface FiguresTableProps {
  figures: FiguresAnswer;
  filter: Filter;
  isShown: boolean;
  toggle: string;
}

function Figure({ count, href }: { count: number; href: string }) {
  if (count === 0) return <span className="text-ink-faint">0</span>;
  return (
    <Link
      href={href}
      prefetch={false}
      className="underline decoration-line underline-offset-4 hover:decoration-current"
    >
      {inGroups(count)}
    </Link>
  );
}
