import type { z } from "zod";
import { type failureGroup, MOST_COUNTED } from "../../../lib/admin/failures/failureGroup.ts";
import { Id } from "../../_kit/Id.tsx";
import { Money } from "../../_kit/Money.tsx";
import { address } from "../../_kit/search.ts";
import { TextLink } from "../../_kit/TextLink.tsx";
import { ToneIcon } from "../../_ui/StatusLabel.tsx";
import { Time } from "../../_ui/Time.tsx";
import { spellOut } from "../../_words/labels.ts";
import { counted, inGroups } from "../../_words/numbers.ts";
import { RequeueMatching } from "../RequeueMatching.tsx";

type Group = z.output<typeof failureGroup>;
type Window = keyof Group["stillFailedOf"];

const WINDOWS: readonly { name: string; window: Window }[] = [
  { name: "Last hour", window: "lastHour" },
  { name: "Last 24 hours", window: "lastDay" },
  { name: "Last 7 days", window: "lastWeek" },
];
const COMPANIES_SHOWN = 3;

/** Failures of one kind: what they are, how many and whose, when, one of them, and what can be done. */
export function FailureCard({ group, since, canRequeue }: FailureCardProps) {
  const { code, message, meaning, retryable, firstAt, lastAt, stillFailed } = group;
  const filter = listable(group);
  return (
    <div className="rounded-xl border border-line bg-surface p-5">
      <div className="flex flex-wrap items-start justify-between gap-x-8 gap-y-4">
        <div className="min-w-0 max-w-3xl">
          <h2 className="flex items-center gap-2 font-medium">
            <ToneIcon tone={stillFailed > 0 ? "failed" : "waiting"} />
            {spellOut(code)}
          </h2>
          <p className="mt-1 text-ink-soft">{message || meaning}</p>
          <p className="text-sm text-ink-faint">
            {retryable ? "Retried until all attempts were used up" : "Not retried automatically"}
          </p>
        </div>
        {canRequeue && <WhatToDo group={group} />}
      </div>
      <dl className="mt-4 grid grid-cols-2 gap-x-8 gap-y-3 text-sm sm:grid-cols-4">
        {WINDOWS.map(({ name, window }) => (
          <div key={window}>
            <dt className="text-ink-faint">{name}</dt>
            <dd className="tabular-nums">
              <Figure
                filter={filter && { ...filter, failedSince: since[window] }}
                count={group.stillFailedOf[window]}
              />
              {group[window] > group.stillFailedOf[window] && (
                <span className="text-ink-faint"> of {inGroups(group[window])}; the others were requeued</span>
              )}
            </dd>
          </div>
        ))}
        <div>
          <dt className="text-ink-faint">Still failed</dt>
          <dd className="font-medium tabular-nums">
            <Figure filter={filter} count={stillFailed} />
          </dd>
        </div>
      </dl>
      <dl className="mt-4 grid gap-x-8 gap-y-2 border-t border-line pt-4 text-sm wide:grid-cols-3">
        <div>
          <dt className="text-ink-faint">Failed</dt>
          <dd>
            <Time iso={firstAt} />
            {lastAt !== firstAt && (
              <>
                {" "}
                to <Time iso={lastAt} />
              </>
            )}
          </dd>
        </div>
        <Companies group={group} />
        <Sample sample={group.sample} />
      </dl>
    </div>
  );
}

interface FailureCardProps {
  group: Group;
  since: Record<Window, string>;
  canRequeue: boolean;
}

/** Not for a group without a message: an address has no empty parameters, and the list would hold others too. */
function listable({ filter, message }: Group): Record<string, string> | null {
  return message === "" ? null : filter;
}

/** A count, which leads to the list of what it counts. */
function Figure({ filter, count }: { filter: Record<string, string> | null; count: number }) {
  const words = count >= MOST_COUNTED ? `${inGroups(count)} or more` : inGroups(count);
  return filter && count > 0 ? <TextLink href={address("/platform/requests", filter)}>{words}</TextLink> : words;
}

function Companies({ group }: { group: Group }) {
  const { companies } = group;
  const filter = listable(group);
  if (companies.length === 0) return null;
  const others = companies.length - COMPANIES_SHOWN;
  return (
    <div>
      <dt className="text-ink-faint">{companies.length === 1 ? "Company" : "Companies"}</dt>
      {companies.slice(0, COMPANIES_SHOWN).map(({ id, name, count }) => (
        <dd key={id}>
          {name} <Figure filter={filter && { ...filter, companyId: id }} count={count} />
        </dd>
      ))}
      {others > 0 && <dd className="text-ink-faint">and {counted(others, "other company", "other companies")}</dd>}
    </div>
  );
}

function Sample({ sample }: Pick<Group, "sample">) {
  if (!sample) return null;
  return (
    <div className="min-w-0">
      <dt className="text-ink-faint">For example</dt>
      <dd>
        <Id id={sample.requestId} href={`/platform/requests/${sample.requestId}`} />
        {sample.externalSessionId && (
          <span className="block">
            session <Id id={sample.externalSessionId} />
          </span>
        )}
        {sample.error && <span className="block text-ink-soft">{sample.error}</span>}
      </dd>
    </div>
  );
}

function WhatToDo({ group: { filter, stillFailed, requeue } }: { group: Group }) {
  if (!filter || stillFailed === 0) return null;
  if (!requeue.helps) return <p className="max-w-sm text-sm text-ink-soft">Requeueing will not help. {requeue.why}</p>;
  const { errorCode, errorGroup } = filter;
  return (
    <div className="text-sm text-ink-soft sm:text-right">
      <RequeueMatching filter={{ errorCode, errorGroup }} label="Requeue group" />
      {requeue.costEur !== null && (
        <p className="mt-1">
          Costs about <Money eur={requeue.costEur} />
          {stillFailed >= MOST_COUNTED && ` for each ${inGroups(MOST_COUNTED)}`}
        </p>
      )}
    </div>
  );
}
