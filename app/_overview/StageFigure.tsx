import { ToneIcon } from "../_ui/StatusLabel.tsx";
import { inGroups } from "../_words/numbers.ts";
import type { Tone } from "../_words/statuses.ts";

/** One stage of the pipeline: its name, how many requests stand there, and what that means. */
export function StageFigure({ name, count, note, more, tone }: StageFigureProps) {
  return (
    <li className="grid grid-cols-[1fr_auto] items-center max-wide:content-center gap-x-4 border-line px-5 py-3 not-first:border-t wide:block wide:py-5 wide:not-first:border-t-0 wide:not-first:border-l">
      <p className="flex items-center gap-2 text-sm font-medium text-ink-soft wide:h-6">
        {tone && <ToneIcon tone={tone} />}
        {name}
      </p>
      <p className="row-span-2 text-2xl font-semibold tracking-tight tabular-nums wide:text-3xl wide:leading-11">
        {inGroups(count)}
      </p>
      <p className="text-sm text-ink-faint">{note}</p>
      {more && <p className="text-sm text-ink-faint tabular-nums">{more}</p>}
    </li>
  );
}

interface StageFigureProps {
  name: string;
  count: number;
  note: string;
  /** How old the oldest is, or how fast they come. */
  more: string;
  tone?: Tone;
}
