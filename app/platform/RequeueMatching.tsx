"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { Button } from "../_kit/Button.tsx";
import { ConfirmAction } from "../_kit/ConfirmAction.tsx";
import { callApi } from "../_kit/callApi.ts";
import { Money } from "../_kit/Money.tsx";
import { Refusal } from "../_kit/Refusal.tsx";
import { useAction } from "../_kit/useAction.ts";
import { counted } from "../_words/numbers.ts";

interface Counted {
  matched: number;
  atLeast: boolean;
  estimatedCostEur: string | null;
}

/** Requeues everything that a filter finds: counts first, asks for a reason, then leads to the job's own page. */
export function RequeueMatching({ filter, label }: { filter: Readonly<Record<string, string>>; label: string }) {
  const router = useRouter();
  const [found, setFound] = useState<Counted>();
  const { isPending, refusal, run } = useAction();
  const count = async () => {
    const answer = await run(() => callApi<Counted>("/api/admin/bulk", { body: { filter, preview: true } }));
    if (answer) setFound(answer);
  };
  if (!found) {
    return (
      <>
        <Button isPending={isPending} onPress={count}>
          {label}
        </Button>
        <Refusal message={refusal} />
      </>
    );
  }
  const many = `${found.atLeast ? "at least " : ""}${counted(found.matched, "request")}`;
  return (
    <ConfirmAction
      label={`Requeue ${many}`}
      isDisabled={found.matched === 0}
      question={`Requeue ${many}?`}
      confirm="Requeue now"
      needsReason
      act={async ({ reason }) => {
        const outcome = await callApi<{ bulk: { id: string } }>("/api/admin/bulk", { body: { filter, reason } });
        if (outcome.ok) router.push(`/platform/bulk/${outcome.answer.bulk.id}`);
        return outcome;
      }}
      done="The requeue has started."
    >
      <p>
        All requests that match now will be requeued, page by page. Requests that fail later are not included. Each
        request that runs again costs money
        {found.estimatedCostEur !== null && (
          <>
            : about <Money eur={found.estimatedCostEur} />
          </>
        )}
        .
      </p>
      <p>You can follow its progress on the next page, and abort it there.</p>
    </ConfirmAction>
  );
}
