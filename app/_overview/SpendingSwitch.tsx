"use client";

import { ConfirmAction } from "../_kit/ConfirmAction.tsx";
import { callApi } from "../_kit/callApi.ts";
import { ToneIcon } from "../_ui/StatusLabel.tsx";
import { Time } from "../_ui/Time.tsx";
import type { Pipeline } from "./pipeline.ts";

/** One switch for everything that costs money. */
export function StopSpending() {
  return (
    <ConfirmAction
      label="Stop all spending"
      tone="danger"
      question="Stop all spending?"
      confirm="Stop all spending"
      needsReason
      act={({ reason }) => callApi<{ settled: boolean }>("/api/admin/spending/stop", { body: { reason } })}
      done="All spending is stopped."
    >
      <p>
        Nothing new will be sent to the provider, for any company, until someone resumes spending. Pending requests
        wait.
      </p>
      <p>
        Batches already at the provider keep running and must be paid for; their results are collected. To stop those
        too, cancel them one by one.
      </p>
    </ConfirmAction>
  );
}

interface SpendingNoticeProps {
  stop: Pipeline["spendingStop"];
  canControl: boolean;
}

/** Who stopped all spending, why and since when, with the way back. */
export function SpendingNotice({ stop, canControl }: SpendingNoticeProps) {
  return (
    <div role="status">
      {stop && (
        <div className="mb-6 flex flex-wrap items-start justify-between gap-x-6 gap-y-3 rounded-xl border border-failed bg-surface px-5 py-4">
          <div className="flex min-w-0 items-start gap-2.5">
            <span className="mt-1">
              <ToneIcon tone="failed" />
            </span>
            <div className="min-w-0">
              <p className="font-medium">All spending is stopped</p>
              <p className="break-words text-ink-soft">
                By {stop.by ?? "somebody"} since <Time iso={stop.since} />: {stop.reason}
              </p>
              <p className="text-ink-soft">
                Nothing new is sent to the provider. Results of running batches are still collected.
              </p>
            </div>
          </div>
          {canControl && <ResumeSpending />}
        </div>
      )}
    </div>
  );
}

function ResumeSpending() {
  return (
    <ConfirmAction
      label="Resume spending"
      question="Resume spending?"
      confirm="Resume spending"
      needsReason
      act={({ reason }) => callApi("/api/admin/spending/resume", { body: { reason } })}
      done="Spending has resumed."
    >
      <p>Everything that is waiting will be sent to the provider from the next round, and costs money.</p>
    </ConfirmAction>
  );
}
