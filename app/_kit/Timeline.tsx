import type { ReactNode } from "react";
import { ToneIcon } from "../_ui/StatusLabel.tsx";
import { Time } from "../_ui/Time.tsx";
import type { Tone } from "../_words/statuses.ts";

export interface TimelineEntry {
  key: string;
  at: string;
  tone: Tone;
  title: string;
  note?: ReactNode;
}

/** What happened and when, oldest first. */
export function Timeline({ entries }: { entries: readonly TimelineEntry[] }) {
  return (
    <ol className="rounded-xl border border-line bg-surface px-5 py-3">
      {entries.map(({ key, at, tone, title, note }) => (
        <li key={key} className="flex gap-3 py-2.5">
          <span className="mt-0.5">
            <ToneIcon tone={tone} />
          </span>
          <div className="min-w-0 flex-1">
            <p className="flex flex-col justify-between gap-x-6 sm:flex-row">
              <span className="font-medium">{title}</span>
              <span className="text-sm text-ink-soft">
                <Time iso={at} withSeconds />
              </span>
            </p>
            {note && <div className="text-sm text-ink-soft">{note}</div>}
          </div>
        </li>
      ))}
    </ol>
  );
}
