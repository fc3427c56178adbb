import Link from "next/link";
import { address } from "../../_kit/search.ts";
import { moveDay } from "../../_words/days.ts";
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
}

/** How long back, and cut into what. */
export function PeriodPicker({ period, known, filter }: PeriodPickerProps) {
  const to = known.last;
  const spans: [string, Days][] = [
    ["30 days", { from: moveDay(to, -29), to }],
    ["90 days", { from: moveDay(to, -89), to }],
    ["A year", { from: moveDay(to, -364), to }],
    ["All", { from: known.first, to }],
  ];
  const { from, to: last } = period;
  const buckets = ["day", "week", "month"].filter((bucket) => fits(period, bucket));
  return (
    <div className="flex flex-wrap gap-x-6 gap-y-3">
      <Picker
        label="Period"
        choices={spans.map(([name, days]) => ({
          name,
          href: address(OVERVIEW, { ...filter, ...days }),
          isChosen: days.from === from && days.to === last,
        }))}
      />
      <Picker
        label="Cut into"
        choices={buckets.map((bucket) => ({
          name: `${bucket.charAt(0).toUpperCase()}${bucket.slice(1)}s`,
          href: address(OVERVIEW, { ...filter, from, to: last, bucket }),
          isChosen: bucket === period.bucket,
        }))}
      />
    </div>
  );
}

/** So many days are still cut into days, and into weeks: more bars could not be told apart. */
const MOST_DAYS: Record<string, number> = { day: 370, week: 2_590 };

function fits({ from, to }: Days, bucket: string): boolean {
  const most = MOST_DAYS[bucket];
  return most === undefined || to <= moveDay(from, most);
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
