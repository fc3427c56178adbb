import type { ReactNode } from "react";

/** A page or a part of one that has nothing to show: what is the matter, and the next step to take. `isPage`: all there is. */
export function Notice({ title, isPage, children }: { title: string; isPage?: boolean; children: ReactNode }) {
  const Title = isPage ? "h1" : "h2";
  return (
    <div className="mx-auto my-16 max-w-xl rounded-xl border border-line bg-surface p-8 sm:p-10">
      <Title className="mb-3 text-xl font-semibold tracking-tight">{title}</Title>
      <div className="space-y-4 leading-relaxed text-ink-soft">{children}</div>
    </div>
  );
}
