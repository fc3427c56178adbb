import type { ReactNode } from "react";

/** A page or a part of one that has nothing to show: what is the matter, and the next step to take. */
export function Notice({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="mx-auto my-16 max-w-xl rounded-xl border border-line bg-surface p-8 sm:p-10">
      <h2 className="mb-3 text-xl font-semibold tracking-tight">{title}</h2>
      <div className="space-y-4 leading-relaxed text-ink-soft">{children}</div>
    </div>
  );
}
