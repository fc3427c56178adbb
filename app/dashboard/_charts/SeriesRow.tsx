import Link from "next/link";
import type { ReactNode } from "react";
import { inGroups, share } from "../../_words/numbers.ts";
import { Bars } from "./Bars.tsx";
import { Change } from "./Change.tsx";
import { Plot } from "./Plot.tsx";
import type { Scale } from "./scale.ts";

const HEIGHT = "h-10";

/** One figure of many: its name, how many sessions and which share, how that was before, and how they came over time. */
export function SeriesRow({ name, icon, href, count, before, whole, values, scale, filter, ink }: SeriesRowProps) {
  const title = (
    <>
      {icon}
      <span className="min-w-0" dir="auto">
        {name}
      </span>
    </>
  );
  return (
    <li className="grid grid-cols-[1fr_auto] items-end gap-x-6 gap-y-3 border-line px-5 py-3 not-first:border-t wide:grid-cols-[minmax(0,20rem)_13rem_1fr]">
      {count > 0 ? (
        <Link
          href={href}
          prefetch={false}
          className="inline-flex min-w-0 items-center gap-2 self-center font-medium underline decoration-line underline-offset-4 hover:decoration-current"
        >
          {title}
        </Link>
      ) : (
        <span className="inline-flex min-w-0 items-center gap-2 self-center font-medium">{title}</span>
      )}
      <p className="self-center text-right whitespace-nowrap tabular-nums">
        <span className="font-semibold">{inGroups(count)}</span>{" "}
        <span className="inline-block w-14 text-sm text-ink-faint">{share(count, whole)}</span>
        {before !== undefined && (
          <span className="inline-block w-20 text-sm">
            {" "}
            <Change now={count} before={before} />
          </span>
        )}
      </p>
      <div className="max-wide:col-span-2">
        <Plot scale={scale} height={HEIGHT}>
          {count > 0 ? (
            <Bars name={name} values={values} top={scale.top} filter={filter} ink={ink} height={HEIGHT} />
          ) : (
            <div className={HEIGHT} />
          )}
        </Plot>
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
  /** How many there were in the period before, if that is compared. */
  before: number | undefined;
  /** What the share is a share of. */
  whole: number;
  values: readonly number[];
  scale: Scale;
  filter: Readonly<Record<string, string>>;
  ink?: string;
}
