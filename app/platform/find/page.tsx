import type { Metadata } from "next";
import { findById } from "../../../lib/admin/find/findById.ts";
import { EmptyState } from "../../_kit/EmptyState.tsx";
import { Id } from "../../_kit/Id.tsx";
import { PageHead } from "../../_kit/PageHead.tsx";
import { Refused } from "../../_kit/Refused.tsx";
import { pick, type Search } from "../../_kit/search.ts";
import { type Column, Table } from "../../_kit/Table.tsx";
import { ask } from "../../_session/ask.ts";
import { requirePlatform } from "../../_session/context.ts";
import { Time } from "../../_ui/Time.tsx";
import { spellOut } from "../../_words/labels.ts";
import { REQUEST_STATUS_WORDS, REQUEST_STATUSES } from "../../_words/statuses.ts";
import { FindById } from "../FindById.tsx";
import { addressOf, type Found, KINDS } from "./kinds.ts";

export const metadata: Metadata = { title: "Find" };

export default async function FindPage({ searchParams }: { searchParams: Promise<Search> }) {
  const ctx = await requirePlatform();
  const { id } = pick(await searchParams, ["id"]);
  const asked = id === undefined ? undefined : await ask(ctx, findById, { id });
  return (
    <>
      <PageHead
        title="Find by id"
        lead="Finds requests (also by session id), batches (also by the provider's id), imports, bulk requeues and companies."
      />
      <FindById id={id} />
      {asked && !asked.ok && <Refused {...asked} back={{ href: "/platform/find", name: "Start over" }} />}
      {asked?.ok && asked.answer.found.length === 0 && (
        <EmptyState title="Nothing found">
          Nothing has this id or starts with it. Check that you copied it completely and that it belongs to this
          installation.
        </EmptyState>
      )}
      {asked?.ok && asked.answer.found.length > 0 && (
        <Table caption="Results" columns={COLUMNS} rows={asked.answer.found} keyOf={(one) => `${one.kind} ${one.id}`} />
      )}
    </>
  );
}

const COLUMNS: readonly Column<Found>[] = [
  { name: "Id", cell: (one) => <Id id={one.id} href={addressOf(one)} /> },
  { name: "Session", cell: ({ externalSessionId }) => externalSessionId && <Id id={externalSessionId} /> },
  { name: "Kind", cell: ({ kind }) => KINDS[kind].word },
  { name: "Company", cell: ({ companyName }) => companyName ?? "" },
  { name: "Status", cell: ({ status }) => status && statusInWords(status) },
  { name: "Created", cell: ({ at }) => <Time iso={at} /> },
];

/** A request's status has its own words, as in the lists; a batch's is what it says. */
function statusInWords(status: string): string {
  const known = REQUEST_STATUSES.find((one) => one === status);
  return known ? REQUEST_STATUS_WORDS[known].word : spellOut(status);
}
