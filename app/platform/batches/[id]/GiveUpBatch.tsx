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
      {boughtTwice.costEur === null ? ", at a price that is not known" : <>, for about </>}
      {boughtTwice.costEur !== null && <Money eur={boughtTwice.costEur} />}
    </>
  );
  if (isGivenUp) {
    return (
      <ConfirmAction
        label="Send the rest back now"
        tone="danger"
        question={`Send ${counted(waiting, "request")} back now?`}
        confirm="Send them back now"
        needsReason
        act={({ reason }) => call(reason, true)}
        done="The requests without an answer are pending again."
      >
        <p>Answers that the provider still gives will not be read, so their lines are paid for twice: {cost}.</p>
      </ConfirmAction>
    );
  }
  return (
    <ConfirmAction
      label="Give the batch up"
      tone="danger"
      question={`Give up this batch of ${counted(waiting, "waiting request")}?`}
      confirm="Give the batch up"
      needsReason
      fields={boughtTwice.lines > 0 && <RequeueNow>It may buy lines twice: {cost}.</RequeueNow>}
      act={({ reason, requeueNow }) => call(reason, requeueNow === "true")}
      done="The batch is given up."
    >
      <p>It is cancelled if the provider still allows that. Answers that have come are applied; they are paid for.</p>
      {boughtTwice.lines > 0 ? (
        <p>
          The others go back to pending on <Time iso={requeueAt} />, without using up an attempt. An answer that comes
          before then is still applied.
        </p>
      ) : (
        <p>It was never sent: its requests go back to pending at once, and nothing has to be paid.</p>
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
          Do not wait: send the others back at once
        </label>
        <p id={`${id}-hint`} className="text-sm text-ink-soft">
          {children}
        </p>
      </div>
    </div>
  );
}
