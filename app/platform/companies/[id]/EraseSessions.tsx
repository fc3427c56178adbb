"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { Button } from "../../../_kit/Button.tsx";
import { ConfirmAction } from "../../../_kit/ConfirmAction.tsx";
import { callApi } from "../../../_kit/callApi.ts";
import { formValues } from "../../../_kit/formValues.ts";
import { Refusal } from "../../../_kit/Refusal.tsx";
import { TextField } from "../../../_kit/TextField.tsx";
import { useAction } from "../../../_kit/useAction.ts";
import { labelOf } from "../../../_words/labels.ts";
import { counted } from "../../../_words/numbers.ts";

const PATH = "/api/admin/erasures";

interface Found {
  filter: object;
  sessions: number | null;
  inFlight: number | null;
  unknown: number;
}

/** Erases sessions of a company: says how many first, then leads to the job's own page. */
export function EraseSessions({ companyId, name }: { companyId: string; name: string }) {
  const router = useRouter();
  const [found, setFound] = useState<Found>();
  const { isPending, refusal, run } = useAction();
  const count = async (form: HTMLFormElement) => {
    setFound(undefined);
    const filter = { companyId, ...chosen(formValues(form)) };
    const answer = await run(() => callApi<Omit<Found, "filter">>(PATH, { body: { filter, preview: true } }));
    if (answer) setFound({ ...answer, filter });
  };
  const many = found && (found.sessions === null ? "all sessions that match" : counted(found.sessions, "session"));
  return (
    <>
      <form
        className="max-w-lg space-y-4"
        onChange={() => setFound(undefined)}
        onSubmit={(event) => {
          event.preventDefault();
          void count(event.currentTarget);
        }}
      >
        <TextField
          name="sessions"
          label={labelOf("sessions")}
          isLong
          hint="One on each line: the company's ids of them, or ours. Leave empty to choose by time alone."
        />
        <TextField
          name="before"
          label={labelOf("before")}
          pattern="\d{4}-\d{2}-\d{2}"
          hint="A day in UTC, such as 2025-01-31. Leave empty for any time. With both fields empty, all sessions of the company are meant."
        />
        <Button type="submit" isPending={isPending}>
          Count sessions to erase
        </Button>
        <Refusal message={refusal} />
      </form>
      {found && (
        <div className="mt-4 space-y-3">
          {found.unknown > 0 && <p>Not there: {counted(found.unknown, "session")} of those named.</p>}
          <ConfirmAction
            label={`Erase ${many}`}
            tone="danger"
            isDisabled={found.sessions === 0}
            question={`Erase ${many} of ${name} for good?`}
            confirm="Erase"
            needsReason
            act={async ({ reason }) => {
              const outcome = await callApi<{ jobId: string }>(PATH, { body: { filter: found.filter, reason } });
              if (outcome.ok) router.push(`/platform/jobs/${outcome.answer.jobId}`);
              return outcome;
            }}
            done="The sessions are being erased."
          >
            <p>This cannot be undone. Their texts, answers and imported rows go; what was paid for them stays.</p>
            {found.inFlight !== null && found.inFlight > 0 && (
              <p>{counted(found.inFlight, "answer")} still to come will be paid for and dropped.</p>
            )}
          </ConfirmAction>
        </div>
      )}
    </>
  );
}

/** The fields as a filter; with none filled in, all sessions. */
function chosen({ sessions, before }: Record<string, string>): object {
  const named = (sessions ?? "")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  if (named.length === 0 && before === undefined) return { all: true };
  return {
    ...(named.length > 0 ? { sessions: named } : {}),
    ...(before === undefined ? {} : { before: `${before}T00:00:00Z` }),
  };
}
