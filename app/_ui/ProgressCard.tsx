import type { ReactNode } from "react";
import { TEXT_OF_TONE, type Tone } from "../_words/statuses.ts";
import { StatusLabel } from "./StatusLabel.tsx";

interface ProgressCardProps {
  status: { word: string; tone: Tone };
  /** How much is done, from 0 to 1. */
  share: number;
  /** The same in words. */
  words: string;
  /** What there is to say besides, such as why it failed. */
  children?: ReactNode;
}

/** How far something is that takes a while. */
export function ProgressCard({ status, share, words, children }: ProgressCardProps) {
  return (
    <div className="rounded-xl border border-line bg-surface p-5">
      <p className="flex flex-wrap items-center justify-between gap-4">
        <StatusLabel {...status} />
        <span role="status" className="text-sm text-ink-soft tabular-nums">
          {words}
        </span>
      </p>
      <svg
        aria-hidden="true"
        viewBox="0 0 100 2"
        preserveAspectRatio="none"
        className={`mt-3 h-2 w-full ${TEXT_OF_TONE[status.tone]}`}
      >
        <rect width="100" height="2" fill="var(--sunken)" />
        <rect width={100 * share} height="2" fill="currentColor" className="moving" />
      </svg>
      {children && <p className="mt-3 text-ink-soft">{children}</p>}
    </div>
  );
}
