import Link from "next/link";
import { address } from "../../_kit/search.ts";
import { moveDay } from "../../_words/times.ts";
import { type Filter, OVERVIEW } from "../_filter/filter.ts";

interface Days {
  from: string;
  to: string;
}

interface PeriodPickerProps {
  period: Days & { bucket: string };
  /** The days of the oldest and the newest session. */
  known: { first: string; last: string };
  filter: Filter;
  /** Set if the numbers are shown as a table. */
  table: string | undefined;
}

/** How long back, and cut into what. */
export function PeriodPicker({ period, known, filter, table }: PeriodPickerProps) {
  const to = known.last;
  const spans: [string, Days][] = [
    ["30 days", { from: moveDay(to, -29), to }],
    ["90 days", { from: moveDay(to, -89), to }],
    ["A year", { from: moveDay(to, -364), to }],
    ["All", { from: known.first, to }],
  ];
  const { from, to: last } = period;
  const buckets = ["day", "week", "month", "year"].filter((bucket) => fits(period, bucket));
  return (
    <div className="flex flex-wrap gap-x-6 gap-y-3">
      <Picker
        label="Period"
        choices={spans.map(([name, days]) => ({
          name,
          href: address(OVERVIEW, { ...filter, ...days, table }),
          isChosen: days.from === from && days.to === last,
        }))}
      />
      <Picker
        label="Interval"
        choices={buckets.map((bucket) => ({
          name: `${bucket.charAt(0).toUpperCase()}${bucket.slice(1)}s`,
          href: address(OVERVIEW, { ...filter, from, to: last, bucket, table }),
          isChosen: bucket === period.bucket,
        }))}
      />
    </div>
  );
}

/** From how many days on, and up to how many, a period is cut into these: more bars could not be told apart. */
const DAYS: Record<string, readonly [least: number, most: number]> = {
  day: [0, 370],
  week: [0, 2_590],
  month: [0, 12_000],
  year: [366, 100_000],
};

function fits({ from, to }: Days, bucket: string): boolean {
  const [least, most] = DAYS[bucket] ?? [0, 0];
  return to >= moveDay(from, least) && to <= moveDay(from, most);
}

function Picker({ label, choices }: { label: string; choices: { name: string; href: string; isChosen: boolean }[] }) {
  return (
    <nav aria-label={label}>
      <ul className="flex overflow-hidden rounded-lg border border-ink-faint bg-surface text-sm">
        {choices.map(({ name, href, isChosen }) => (
          <li key={name} className="border-ink-faint not-first:border-l">
            <Link
              href={href}
              prefetch={false}
              aria-current={isChosen ? "true" : undefined}
              className="flex min-h-9 items-center px-3 -outline-offset-3 hover:bg-sunken aria-current:bg-ink aria-current:font-medium aria-current:text-paper"
            >
              {name}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
