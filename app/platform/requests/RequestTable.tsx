"use client";

import { useState } from "react";
import type { z } from "zod";
import type { requestRow } from "../../../lib/admin/requests/requestRow.ts";
import { Id } from "../../_kit/Id.tsx";
import { type Column, Table } from "../../_kit/Table.tsx";
import { TextLink } from "../../_kit/TextLink.tsx";
import { StatusLabel } from "../../_ui/StatusLabel.tsx";
import { Time } from "../../_ui/Time.tsx";
import { spellOut } from "../../_words/labels.ts";
import { counted } from "../../_words/numbers.ts";
import { REQUEST_STATUS_WORDS } from "../../_words/statuses.ts";
import { RequeueMatching } from "../RequeueMatching.tsx";
import { RequeueSelected } from "./RequeueSelected.tsx";

type Request = z.output<typeof requestRow>;

/** A page of requests; failed ones can be chosen and requeued by those who may. */
export function RequestTable({ requests, canRequeue, filter, isAll }: RequestTableProps) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const ids = requests.map(({ id }) => id).filter((id) => chosen.has(id));
  const toggle = (id: string) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
  };
  const columns: Column<Request>[] = [
    ...(canRequeue ? [chooserColumn(chosen, toggle)] : []),
    { name: "Request", cell: ({ id }) => <Id id={id} href={`/platform/requests/${id}`} /> },
    { name: "Session", cell: ({ externalSessionId }) => externalSessionId && <Id id={externalSessionId} /> },
    { name: "Status", cell: ({ status }) => <StatusLabel {...REQUEST_STATUS_WORDS[status]} /> },
    { name: "Company", cell: ({ companyName }) => companyName },
    { name: "Model", isWhole: true, isMinor: true, cell: ({ model }) => model },
    { name: "Attempts", cell: ({ attempt }) => attempt, isNumber: true, isMinor: true },
    { name: "Requested", cell: ({ requestedAt }) => <Time iso={requestedAt} /> },
    { name: "Outcome", cell: outcomeOf },
  ];
  return (
    <>
      {canRequeue && (
        <div className="mb-4 flex flex-wrap items-center gap-3">
          <RequeueSelected ids={ids} onDone={() => setChosen(new Set())} />
          <RequeueMatching filter={filter} label={isAll ? "Requeue all of these" : "Requeue all that match"} />
          <span role="status" className="text-sm text-ink-soft">
            {ids.length > 0 && `${counted(ids.length, "request")} selected`}
          </span>
        </div>
      )}
      <Table caption="Requests" columns={columns} rows={requests} keyOf={({ id }) => id} />
    </>
  );
}

function chooserColumn(chosen: ReadonlySet<string>, toggle: (id: string) => void): Column<Request> {
  return {
    name: "Choose",
    cell: ({ id }) => (
      <input
        type="checkbox"
        aria-label={`Choose ${id}`}
        checked={chosen.has(id)}
        onChange={() => toggle(id)}
        className="size-5 accent-accent"
      />
    ),
  };
}

function outcomeOf({ status, errorCode, error, completedAt, batchId }: Request) {
  if (errorCode) {
    return (
      <span className="block max-w-md">
        <span className="font-medium">{spellOut(errorCode)}</span>
        {error && <span className="block text-ink-soft">{error.slice(0, 200)}</span>}
      </span>
    );
  }
  if (status === "processing_complete" && completedAt) return <Time iso={completedAt} />;
  return batchId ? <TextLink href={`/platform/batches/${batchId}`}>Its batch</TextLink> : "";
}

interface RequestTableProps {
  requests: readonly Request[];
  canRequeue: boolean;
  filter: Readonly<Record<string, string>>;
  /** Whether this page shows all that match. */
  isAll: boolean;
}
