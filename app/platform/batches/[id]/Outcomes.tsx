import type { z } from "zod";
import type { batchRow } from "../../../../lib/admin/batches/batchRow.ts";
import type { batchOutcomes } from "../../../../lib/admin/batches/outcomes.ts";
import { BarList } from "../../../_kit/BarList.tsx";
import { address } from "../../../_kit/search.ts";
import { ToneIcon } from "../../../_ui/StatusLabel.tsx";
import { spellOut } from "../../../_words/labels.ts";
import { inGroups } from "../../../_words/numbers.ts";
import type { Tone } from "../../../_words/statuses.ts";

/** "N of M succeeded", what became of the others, and why. */
export function Outcomes({ outcomes, requestCount, batchId, provider }: OutcomesProps) {
  const { succeeded, failed, requeued, waiting, byCode } = outcomes;
  const isAll = succeeded === requestCount;
  const tone: Tone = waiting > 0 ? "running" : isAll ? "done" : succeeded > 0 ? "partial" : "failed";
  return (
    <div className="space-y-5">
      <div className="rounded-xl border border-line bg-surface p-5">
        <p className="flex items-center gap-2 text-xl font-semibold tracking-tight tabular-nums">
          <ToneIcon tone={tone} />
          {inGroups(succeeded)} of {inGroups(requestCount)} succeeded
        </p>
        <p className="mt-1 text-ink-soft tabular-nums">
          {inGroups(waiting)} waiting · {inGroups(failed)} failed · {inGroups(requeued)} requeued
        </p>
        {waiting > 0 && provider && <ProviderProgress {...provider} />}
      </div>
      {byCode.length > 0 && (
        <BarList
          total={requestCount}
          bars={byCode.map(({ code, outcome, count }) => ({
            name: `${spellOut(code)} (${outcome === "failed" ? "failed" : "requeued"})`,
            count,
            ...(outcome === "failed"
              ? { href: address("/platform/requests", { status: "processing_failed", batchId, errorCode: code }) }
              : {}),
          }))}
        />
      )}
    </div>
  );
}

/** How far the provider says that it is; its counts may be wrong, so they never fill more than the bar. */
function ProviderProgress({ total, completed, failed }: NonNullable<OutcomesProps["provider"]>) {
  const all = Math.max(1, total);
  const done = Math.min(all, completed);
  return (
    <div className="mt-4">
      <svg aria-hidden="true" preserveAspectRatio="none" viewBox={`0 0 ${all} 1`} className="h-2 w-full rounded-sm">
        <rect className="fill-sunken" width={all} height="1" />
        <rect className="moving fill-running" width={done} height="1" />
        <rect className="moving fill-failed" x={done} width={Math.min(all - done, failed)} height="1" />
      </svg>
      <p className="mt-1 text-sm text-ink-soft tabular-nums">
        The provider says: {inGroups(completed)} of {inGroups(total)} lines answered
        {failed > 0 && `, ${inGroups(failed)} failed`}
      </p>
    </div>
  );
}

interface OutcomesProps {
  outcomes: z.output<typeof batchOutcomes>;
  requestCount: number;
  batchId: string;
  provider: z.output<typeof batchRow>["providerCounts"];
}
