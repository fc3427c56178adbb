import type { ReactNode } from "react";
import type { Tone } from "../_words/statuses.ts";
import { TEXT_OF_TONE } from "../_words/statuses.ts";

/** One shape a tone, so that no meaning hangs on the colour alone. */
const SHAPES: Record<Tone, ReactNode> = {
  waiting: (
    <circle cx="8" cy="8" r="5.75" fill="none" stroke="currentColor" strokeWidth="1.75" strokeDasharray="3 2.2" />
  ),
  running: (
    <>
      <circle cx="8" cy="8" r="5.75" fill="none" stroke="currentColor" strokeWidth="1.75" />
      <path d="M8 4.5a3.5 3.5 0 0 1 0 7z" fill="currentColor" />
    </>
  ),
  done: (
    <>
      <circle cx="8" cy="8" r="6.75" fill="currentColor" />
      <path d="m5 8.2 2.1 2.2L11 6" fill="none" stroke="var(--surface)" strokeWidth="1.75" />
    </>
  ),
  partial: (
    <>
      <path d="M8 1.8 15 14H1z" fill="currentColor" />
      <path d="M8 6v3.6M8 11v1.4" stroke="var(--surface)" strokeWidth="1.6" />
    </>
  ),
  failed: (
    <>
      <path d="M8 .9 15.1 8 8 15.1.9 8z" fill="currentColor" />
      <path d="m5.9 5.9 4.2 4.2m0-4.2-4.2 4.2" stroke="var(--surface)" strokeWidth="1.6" />
    </>
  ),
};

/** The shape of a tone; the word stands beside it, so the shape itself is hidden from screen readers. */
export function ToneIcon({ tone }: { tone: Tone }) {
  return (
    <svg aria-hidden="true" viewBox="0 0 16 16" className={`size-4 shrink-0 ${TEXT_OF_TONE[tone]}`}>
      {SHAPES[tone]}
    </svg>
  );
}

/** Shape and word. `meaning` explains the word to who hovers. */
export function StatusLabel({ tone, word, meaning }: { tone: Tone; word: string; meaning?: string }) {
  return (
    <span className="inline-flex items-center gap-1.5 whitespace-nowrap text-sm font-medium text-ink" title={meaning}>
      <ToneIcon tone={tone} />
      {word}
    </span>
  );
}
