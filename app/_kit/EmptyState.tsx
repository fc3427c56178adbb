import type { ReactNode } from "react";

/** A list with nothing in it: why, and the next step to take. */
export function EmptyState({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="rounded-xl border border-dashed border-line bg-surface px-6 py-10 text-center">
      <p className="font-medium">{title}</p>
      <div className="mx-auto mt-2 max-w-xl text-ink-soft">{children}</div>
    </div>
  );
}
