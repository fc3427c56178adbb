"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { Button } from "../../_kit/Button.tsx";
import { ConfirmAction } from "../../_kit/ConfirmAction.tsx";
import { callApi } from "../../_kit/callApi.ts";
import { Money } from "../../_kit/Money.tsx";
import { Refusal } from "../../_kit/Refusal.tsx";
import { useAction } from "../../_kit/useAction.ts";
import { counted } from "../../_words/numbers.ts";

const PATH = "/api/admin/results/reanalyse";

export interface ResultChoice {
  analysis: string;
  model: string;
  version?: number;
  belowVersion?: number;
}

interface Forecast {
  matched: number;
  estimatedCostEur: string | null;
}

/** Analyses again the sessions that show such a result: says what it costs first, then leads to the job's own page. */
export function AnalyseAgain({ filter }: { filter: ResultChoice }) {
  const router = useRouter();
  const [found, setFound] = useState<Forecast>();
  const { isPending, refusal, run } = useAction();
  const forecast = async () => {
    const answer = await run(() => callApi<Forecast>(PATH, { body: { filter, preview: true } }));
    if (answer) setFound(answer);
  };
  if (!found) {
    return (
      <>
        <Button isPending={isPending} onPress={forecast}>
          Analyse again
        </Button>
        <Refusal message={refusal} />
      </>
    );
  }
  const many = counted(found.matched, "session");
  return (
    <ConfirmAction
      label={`Analyse ${many} again`}
      isDisabled={found.matched === 0}
      question={`Analyse ${many} again?`}
      confirm="Analyse again"
      needsReason
      act={async ({ reason }) => {
        const outcome = await callApi<{ jobId: string }>(PATH, { body: { filter, reason } });
        if (outcome.ok) router.push(`/platform/jobs/${outcome.answer.jobId}`);
        return outcome;
      }}
      done="The requests are being made."
    >
      <p>
        {found.estimatedCostEur === null ? (
          "No price is known for a model that would be asked, so nobody knows what this costs."
        ) : (
          <>
            This costs about <Money eur={found.estimatedCostEur} />, by what these sessions used before.
          </>
        )}
      </p>
      <p>
        The current version is asked, of each company's model. Sessions show their old results until the new ones come.
      </p>
    </ConfirmAction>
  );
}
