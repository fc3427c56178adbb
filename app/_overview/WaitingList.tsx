"use client";

import { announce } from "../_kit/Announcer.tsx";
import { Button } from "../_kit/Button.tsx";
import { callApi } from "../_kit/callApi.ts";
import { Refusal } from "../_kit/Refusal.tsx";
import { useAction } from "../_kit/useAction.ts";
import { ToneIcon } from "../_ui/StatusLabel.tsx";
import { Time } from "../_ui/Time.tsx";
import { inGroups } from "../_words/numbers.ts";
import { howMany, toneOfWaiting, whyWaiting } from "../_words/waiting.ts";
import type { Waiting } from "./pipeline.ts";

/** What waits, why and until when, with the way to try at once what backs off. */
export function WaitingList({ waiting, canTry }: { waiting: readonly Waiting[]; canTry: boolean }) {
  return (
    <ul aria-label="Waiting requests" className="rounded-xl border border-line bg-surface">
      {waiting.map((one) => (
        <li
          key={`${one.kind} ${one.subject} ${one.kind === "calls_failing" ? one.reason : ""}`}
          className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 border-line px-5 py-3 text-sm not-first:border-t"
        >
          <p className="flex min-w-0 items-start gap-2.5">
            <span className="mt-0.5">
              <ToneIcon tone={toneOfWaiting(one.kind)} />
            </span>
            <span className="min-w-0">
              <span className="font-medium tabular-nums">{howMany(one)}</span>
              <When {...one} />: {whyWaiting(one)}
            </span>
          </p>
          {canTry && <TryNow {...one} />}
        </li>
      ))}
    </ul>
  );
}

function When({ since, until, lastUntil }: Waiting) {
  if (until) {
    return (
      <>
        {" until "}
        <Time iso={until} />
        {lastUntil && lastUntil !== until && (
          <>
            {" to "}
            <Time iso={lastUntil} />
          </>
        )}
      </>
    );
  }
  if (!since) return null;
  return (
    <>
      {" since "}
      <Time iso={since} />
    </>
  );
}

/** What is sent to try at once what waits for this; nothing where only a person or the next round lets it go on. */
function callOf({ kind, subject, until }: Waiting): Record<string, string> | undefined {
  if (kind === "backing_off") return { what: "requests", ...(subject ? { errorCode: subject } : {}) };
  if (kind === "calls_failing") return { what: "calls" };
  if (kind === "provider_stopped") return { what: "account" };
  if (kind === "model_stopped" && subject) return { what: "models", model: subject };
  return kind === "budget_full" && subject && until ? { what: "models", model: subject } : undefined;
}

function TryNow(waiting: Waiting) {
  const { isPending, refusal, run } = useAction();
  const body = callOf(waiting);
  if (!body) return null;
  const tryIt = async () => {
    const answer = await run(() => callApi<{ changed: number }>("/api/admin/pipeline/try-now", { body }));
    if (answer)
      announce(
        answer.changed === 0 ? "Nothing is waiting to be retried any more." : `${inGroups(answer.changed)} tried now.`,
      );
  };
  return (
    <div>
      <Button isPending={isPending} onPress={tryIt}>
        Try now
      </Button>
      <Refusal message={refusal} />
    </div>
  );
}
