import type { ReactNode } from "react";

/** A sheet that a form or a part of a page lies on. */
export function Card({ children }: { children: ReactNode }) {
  return <div className="rounded-xl border border-line bg-surface p-5 sm:p-6">{children}</div>;
}
