"use client";

import { ConfirmAction } from "../../../_kit/ConfirmAction.tsx";
import { callApi } from "../../../_kit/callApi.ts";
import { counted } from "../../../_words/numbers.ts";

export function CancelBatch({ id, waiting }: { id: string; waiting: number }) {
  return (
    <ConfirmAction
      label="Cancel batch"
      tone="danger"
      question={`Cancel this batch of ${counted(waiting, "waiting request")}?`}
      confirm="Cancel batch"
      needsReason
      act={({ reason }) => callApi(`/api/admin/batches/${id}/cancel`, { body: { reason } })}
      done="The batch is being cancelled."
    >
      <p>Finished lines are kept: their results are applied and paid for.</p>
      <p>The other requests become pending again without using up an attempt, and will be put in another batch.</p>
    </ConfirmAction>
  );
}
