"use client";

import { useId } from "react";
import type { z } from "zod";
import type { giveUpPlan } from "../../../../lib/admin/batches/giveUpPlan.ts";
import { ConfirmAction } from "../../../_kit/ConfirmAction.tsx";
import { callApi } from "../../../_kit/callApi.ts";
import { Money } from "../../../_kit/Money.tsx";
import { Time } from "../../../_ui/Time.tsx";
import { counted } from "../../../_words/numbers.ts";

interface GiveUpBatchProps {
  id: string;
  plan: z.output<typeof giveUpPlan>;
  /** Whether it was given up before, and waits: then it can still be sent back at once. */
  isGivenUp: boolean;
}

/** Gives up a batch that does not end. What that may cost is said before; not to wait has to be ticked. */
export function GiveUpBatch({ id, plan, isGivenUp }: GiveUpBatchProps) {
  const { waiting, requeueAt, boughtTwice } = plan;
  const call = (reason: string | undefined, requeueNow: boolean) =>
    callApi(`/api/admin/batches/${id}/give-up`, { body: { reason, requeueNow } });
  const cost = (
    <>
      at most {counted(boughtTwice.lines, "line")}
      {boughtTwice.costEur === null ? ", at an unknown cost" : <>, for about </>}
      {boughtTwice.costEur !== null && <Money eur={boughtTwice.costEur} />}
    </>
  );
  if (isGivenUp) {
    return (
      <ConfirmAction
        label="Requeue the rest now"
        tone="danger"
        question={`Requeue ${counted(waiting, "request")} now?`}
        confirm="Requeue now"
        needsReason
        act={({ reason }) => call(reason, true)}
        done="The requests without an answer are pending again."
      >
        <p>Answers that still come from the provider will be ignored, so these requests are paid for twice: {cost}.</p>
      </ConfirmAction>
    );
  }
  return (
    <ConfirmAction
      label="Give up batch"
      tone="danger"
      question={`Give up this batch of ${counted(waiting, "waiting request")}?`}
      confirm="Give up batch"
      needsReason
      fields={boughtTwice.lines > 0 && <RequeueNow>Some lines may be paid for twice: {cost}.</RequeueNow>}
      act={({ reason, requeueNow }) => call(reason, requeueNow === "true")}
      done="The batch has been given up."
    >
      <p>It will be cancelled if the provider still allows it. Answers that have arrived are applied and paid for.</p>
      {boughtTwice.lines > 0 ? (
        <p>
          The other requests become pending again on <Time iso={requeueAt} />, without using up an attempt. An answer
          that comes before then is still applied.
        </p>
      ) : (
        <p>It was never sent. Its requests become pending immediately, at no cost.</p>
      )}
    </ConfirmAction>
  );
}

function RequeueNow({ children }: { children: React.ReactNode }) {
  const id = useId();
  return (
    <div className="flex items-start gap-2.5">
      <input
        type="checkbox"
        id={id}
        name="requeueNow"
        value="true"
        aria-describedby={`${id}-hint`}
        className="mt-1 size-4"
      />
      <div>
        <label htmlFor={id} className="font-medium">
          Do not wait: requeue the others immediately
        </label>
        <p id={`${id}-hint`} className="text-sm text-ink-soft">
          {children}
        </p>
      </div>
    </div>
  );
}
