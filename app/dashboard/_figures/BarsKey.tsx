interface BarsKeyProps {
  /** What the two shades of the bars mean, where there are two. */
  shades?: { dark: string; light: string };
  /** What the line across each bar means, if there is one. */
  line?: string | undefined;
}

export function BarsKey({ shades, line }: BarsKeyProps) {
  return (
    <p className="flex flex-wrap gap-x-5 gap-y-1 text-sm text-ink-faint">
      {shades && (
        <>
          <span className="inline-flex items-center gap-2">
            <span aria-hidden="true" className="size-3 bg-accent" /> {shades.dark}
          </span>
          <span className="inline-flex items-center gap-2">
            <span aria-hidden="true" className="size-3 bg-accent opacity-35" /> {shades.light}
          </span>
        </>
      )}
      {line && (
        <span className="inline-flex items-center gap-2">
          <span aria-hidden="true" className="w-4 border-t-2 border-ink" /> {line}
        </span>
      )}
    </p>
  );
}
