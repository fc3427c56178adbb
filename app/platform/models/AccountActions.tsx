"use client";

import { ConfirmAction } from "../../_kit/ConfirmAction.tsx";
import { callApi } from "../../_kit/callApi.ts";

interface Checked {
  check: { state: string; message: string | null };
}

const IN_WORDS: Record<string, string> = {
  answers: "The account takes its key.",
  refuses: "The account refuses its key.",
  silent: "The account cannot be reached.",
  broken: "The account cannot be opened.",
};

function sayCheck(answer: unknown): string {
  const { state, message } = (answer as Checked).check;
  return [IN_WORDS[state], message].filter(Boolean).join(" ");
}

/** What can be done with an account: ask it, and send nothing new to it for a while. */
export function AccountActions({ id, isDisabled }: { id: string; isDisabled: boolean }) {
  const path = `/api/admin/provider-accounts/${id}`;
  return (
    <>
      <ConfirmAction
        label="Check"
        question={`Check ${id}?`}
        confirm="Check account"
        act={() => callApi(`${path}/check`)}
        done={sayCheck}
        show={(answer) => <p>{sayCheck(answer)}</p>}
        canBeSeenAgain
      >
        <p>Asks the account whether it takes its key. If it refuses, its new batches are on hold until it accepts.</p>
      </ConfirmAction>
      {isDisabled ? (
        <ConfirmAction
          label="Enable"
          question={`Enable ${id}?`}
          confirm="Enable account"
          act={() => callApi(`${path}/enable`)}
          done={`${id} has been enabled.`}
        >
          <p>Waiting requests of its models are sent with the next round.</p>
        </ConfirmAction>
      ) : (
        <ConfirmAction
          label="Disable"
          question={`Disable ${id}?`}
          confirm="Disable account"
          needsReason
          act={({ reason }) => callApi(`${path}/disable`, { body: { reason } })}
          done={`${id} has been disabled.`}
        >
          <p>Nothing new is sent to it. Results of running batches are still collected, and other accounts continue.</p>
        </ConfirmAction>
      )}
    </>
  );
}
