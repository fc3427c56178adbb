import type { ReactNode } from "react";

/** A part of a page that opens when it is wanted. */
export function Fold({ title, isOpen = false, children }: { title: string; isOpen?: boolean; children: ReactNode }) {
  return (
    <details open={isOpen} className="group rounded-xl border border-line bg-surface">
      <summary className="flex min-h-11 cursor-pointer items-center gap-3 px-4 font-medium marker:content-none">
        <svg aria-hidden="true" viewBox="0 0 12 12" className="size-3 text-ink-faint group-open:rotate-90">
          <path d="m4 1 5 5-5 5" fill="none" stroke="currentColor" strokeWidth="1.75" />
        </svg>
        {title}
      </summary>
      <div className="px-4 pt-1 pb-5">{children}</div>
    </details>
  );
}
