"use client";

import { ConfirmAction } from "../../../_kit/ConfirmAction.tsx";
import { callApi } from "../../../_kit/callApi.ts";
import { counted } from "../../../_words/numbers.ts";

export function CancelBatch({ id, waiting }: { id: string; waiting: number }) {
  return (
    <ConfirmAction
      label="Cancel the batch"
      tone="danger"
      question={`Cancel this batch of ${counted(waiting, "waiting request")}?`}
      confirm="Cancel the batch"
      needsReason
      act={({ reason }) => callApi(`/api/admin/legacy/batches/${id}/cancel`, { body: { reason } })}
      done="The batch is being cancelled."
    >
      <p>Lines that have finished at the provider are kept: their results are applied, and they are paid for.</p>
      <p>The others go back to pending, without losing one of their attempts. They will be put into another batch.</p>
    </ConfirmAction>
  );
}
