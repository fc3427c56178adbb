"use client";

import { ConfirmAction } from "../_kit/ConfirmAction.tsx";
import { callApi } from "../_kit/callApi.ts";
import { StatusLabel } from "../_ui/StatusLabel.tsx";
import { Time } from "../_ui/Time.tsx";
import { SCHEDULER_WORDS } from "../_words/schedulers.ts";
import type { Tone } from "../_words/statuses.ts";
import { inWords } from "../_words/times.ts";
import type { Scheduler } from "./pipeline.ts";

interface SchedulerListProps {
  schedulers: readonly Scheduler[];
  now: number;
  canControl: boolean;
}

export function SchedulerList({ schedulers, now, canControl }: SchedulerListProps) {
  return (
    <ul className="rounded-xl border border-line bg-surface">
      {schedulers.map((scheduler) => (
        <li
          key={scheduler.name}
          className="grid gap-x-6 gap-y-2 border-line px-5 py-3 text-sm not-first:border-t wide:grid-cols-[18rem_8rem_1fr_auto] wide:items-center"
        >
          <div>
            <p className="font-medium">{SCHEDULER_WORDS[scheduler.name].word}</p>
            <p className="text-ink-faint">{SCHEDULER_WORDS[scheduler.name].meaning}</p>
          </div>
          <StatusLabel {...stateOf(scheduler)} />
          <LastRun scheduler={scheduler} now={now} />
          {canControl && <PauseOrResume scheduler={scheduler} />}
        </li>
      ))}
    </ul>
  );
}

function stateOf({ enabled, paused, lastError, lastErrorAt, lastFinishedAt }: Scheduler): {
  tone: Tone;
  word: string;
} {
  if (paused) return { tone: "partial", word: "Paused" };
  if (!enabled) return { tone: "waiting", word: "Switched off" };
  const failedLast = lastError !== null && lastErrorAt !== null && lastErrorAt >= (lastFinishedAt ?? "");
  return failedLast ? { tone: "failed", word: "Last run failed" } : { tone: "done", word: "Runs" };
}

function LastRun({ scheduler, now }: { scheduler: Scheduler; now: number }) {
  const { intervalMs, lastFinishedAt, lastDurationMs, lastError, lastErrorAt, paused } = scheduler;
  return (
    <div className="text-ink-soft">
      <p>
        every {inWords(intervalMs)}
        {lastFinishedAt && `, last ${inWords(Math.max(0, now - Date.parse(lastFinishedAt)))} ago`}
        {lastDurationMs !== null && `, took ${inWords(lastDurationMs)}`}
      </p>
      {paused && (
        <p className="text-ink-faint">
          paused by {paused.by ?? "somebody"} since <Time iso={paused.since} />
          {paused.reason && `: ${paused.reason}`}
        </p>
      )}
      {lastError && lastErrorAt && (
        <p className="text-ink-faint">
          failed <Time iso={lastErrorAt} />: {lastError}
        </p>
      )}
    </div>
  );
}

function PauseOrResume({ scheduler: { name, paused } }: { scheduler: Scheduler }) {
  const { word } = SCHEDULER_WORDS[name];
  const operation = paused ? "resume" : "pause";
  return (
    <ConfirmAction
      label={paused ? "Resume" : "Pause"}
      question={paused ? `Resume ${word}?` : `Pause ${word}?`}
      confirm={paused ? "Resume scheduler" : "Pause scheduler"}
      needsReason
      act={({ reason }) => callApi(`/api/admin/schedulers/${name}/${operation}`, { body: { reason } })}
      done={paused ? `${word} has been resumed.` : `${word} is paused.`}
    >
      <p>
        {paused
          ? "It will run again on every worker, at its next interval."
          : "It will not run on any worker until you resume it. A run in progress is not interrupted."}
      </p>
    </ConfirmAction>
  );
}
