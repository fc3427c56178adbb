import Link from "next/link";
import type { ReactNode } from "react";
import { inGroups, share } from "../../_words/numbers.ts";
import { Bars } from "./Bars.tsx";

/** One figure of many: its name, how many sessions and which share, and how they came over time. */
export function SeriesRow({ name, icon, href, count, whole, values, highest, filter, ink }: SeriesRowProps) {
  return (
    <li className="grid grid-cols-[1fr_auto] items-end gap-x-6 gap-y-2 border-line px-5 py-3 not-first:border-t wide:grid-cols-[minmax(0,20rem)_8rem_1fr]">
      <Link
        href={href}
        prefetch={false}
        className="inline-flex min-w-0 items-center gap-2 self-center font-medium underline decoration-line underline-offset-4 hover:decoration-current"
      >
        {icon}
        <span className="min-w-0" dir="auto">
          {name}
        </span>
      </Link>
      <p className="self-center text-right whitespace-nowrap tabular-nums">
        <span className="font-semibold">{inGroups(count)}</span>{" "}
        <span className="inline-block w-14 text-sm text-ink-faint">{share(count, whole)}</span>
      </p>
      <div className="max-wide:col-span-2">
        <Bars name={name} values={values} highest={highest} filter={filter} {...(ink ? { ink } : {})} />
      </div>
    </li>
  );
}

interface SeriesRowProps {
  name: string;
  icon?: ReactNode;
  /** The sessions behind the figure. */
  href: string;
  count: number;
  /** What the share is a share of. */
  whole: number;
  values: readonly number[];
  highest: number;
  filter: Readonly<Record<string, string>>;
  ink?: string;
}
