"use client";

import { ConfirmAction } from "../../_kit/ConfirmAction.tsx";
import { callApi } from "../../_kit/callApi.ts";
import { counted } from "../../_words/numbers.ts";

interface Answer {
  requeuedCount: number;
  skippedCount: number;
  notFoundCount: number;
}

export function RequeueSelected({ ids, onDone }: { ids: readonly string[]; onDone: () => void }) {
  return (
    <ConfirmAction
      label={ids.length > 0 ? `Requeue ${counted(ids.length, "request")}` : "Requeue selected"}
      isDisabled={ids.length === 0}
      question={`Requeue ${counted(ids.length, "request")}?`}
      confirm="Requeue"
      act={async () => {
        const outcome = await callApi<Answer>("/api/admin/legacy/requests/requeue", { body: { requestIds: ids } });
        if (outcome.ok) onDone();
        return outcome;
      }}
      done={(answer) => describe(answer as Answer)}
    >
      <p>They become pending again with all their attempts. Each request that runs again costs money.</p>
    </ConfirmAction>
  );
}

function describe({ requeuedCount, skippedCount }: Answer): string {
  const skipped = skippedCount > 0 ? ` ${counted(skippedCount, "other")} had already been requeued.` : "";
  return `${counted(requeuedCount, "request")} requeued.${skipped}`;
}
