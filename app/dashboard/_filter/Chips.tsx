import Link from "next/link";
import { address } from "../../_kit/search.ts";
import type { Filter } from "./filter.ts";
import { filterWords } from "./filterWords.ts";

/** What the page is narrowed to; each part is taken away by one click. */
export function Chips({ path, filter, asked }: ChipsProps) {
  const parts = filterWords(filter, asked);
  if (parts.length === 0) return null;
  return (
    <ul aria-label="Filters" className="flex flex-wrap items-center gap-2">
      {parts.map(({ words, names }) => (
        <li key={names[0]} className="max-w-full">
          <Link
            href={address(path, { ...filter, ...Object.fromEntries(names.map((name) => [name, undefined])) })}
            prefetch={false}
            className="inline-flex max-w-full items-center gap-2 rounded-lg border border-ink-faint bg-surface px-3 py-1.5 text-sm hover:border-ink"
          >
            <span className="min-w-0" dir="auto">
              {words}
              <span className="sr-only">, remove this filter</span>
            </span>
            <svg aria-hidden="true" viewBox="0 0 12 12" className="size-3 shrink-0 text-ink-faint">
              <path d="m2 2 8 8m0-8-8 8" stroke="currentColor" strokeWidth="1.75" />
            </svg>
          </Link>
        </li>
      ))}
      {parts.length > 1 && (
        <li>
          <Link href={path} prefetch={false} className="px-2 text-sm text-accent underline underline-offset-4">
            Clear all
          </Link>
        </li>
      )}
    </ul>
  );
}

interface ChipsProps {
  path: string;
  filter: Filter;
  /** The question that the filter names by its id. */
  asked: string | undefined;
}
