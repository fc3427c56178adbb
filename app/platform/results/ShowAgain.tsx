"use client";

import { useRouter } from "next/navigation";
import { ConfirmAction } from "../../_kit/ConfirmAction.tsx";
import { callApi } from "../../_kit/callApi.ts";
import type { ResultChoice } from "./AnalyseAgain.tsx";

/** Has sessions show such a kept result again, and leads to the job's own page. */
export function ShowAgain({ filter }: { filter: ResultChoice }) {
  const router = useRouter();
  return (
    <ConfirmAction
      label="Show these again"
      question="Show these results again?"
      confirm="Show again"
      needsReason
      act={async ({ reason }) => {
        const outcome = await callApi<{ jobId: string }>("/api/admin/results/switch", { body: { filter, reason } });
        if (outcome.ok) router.push(`/platform/jobs/${outcome.answer.jobId}`);
        return outcome;
      }}
      done="The results are being switched."
    >
      <p>
        Each session that has such a result and shows another one will show the newest of them. Nothing is sent and
        nothing is paid for. The results that are shown now are kept.
      </p>
    </ConfirmAction>
  );
}
