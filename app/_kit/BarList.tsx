import { inGroups, share } from "../_words/numbers.ts";
import { TextLink } from "./TextLink.tsx";

export interface Bar {
  name: string;
  count: number;
  /** The list of what was counted. */
  href?: string;
}

/** Counts beside one another as bars, with the numbers written out. */
export function BarList({ bars, total }: { bars: readonly Bar[]; total: number }) {
  const largest = Math.max(1, ...bars.map(({ count }) => count));
  return (
    <ul className="space-y-3 rounded-xl border border-line bg-surface p-5">
      {bars.map(({ name, count, href }) => (
        <li key={name}>
          <div className="flex justify-between gap-6 text-sm">
            <span className="min-w-0">{href ? <TextLink href={href}>{name}</TextLink> : name}</span>
            <span className="shrink-0 tabular-nums text-ink-soft">
              {inGroups(count)} <span className="text-ink-faint">({share(count, total)})</span>
            </span>
          </div>
          <svg
            aria-hidden="true"
            viewBox="0 0 100 2"
            preserveAspectRatio="none"
            className="mt-1 h-1.5 w-full text-accent"
          >
            <rect width="100" height="2" rx="1" fill="var(--sunken)" />
            <rect width={(100 * count) / largest} height="2" rx="1" fill="currentColor" />
          </svg>
        </li>
      ))}
    </ul>
  );
}
