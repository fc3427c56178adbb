import type { Metadata } from "next";
import type { z } from "zod";
import { listAudit } from "../../../lib/admin/audit/listAudit.ts";
import { readAuditSeal } from "../../../lib/admin/audit/readAuditSeal.ts";
import { EmptyState } from "../../_kit/EmptyState.tsx";
import { FilterBar } from "../../_kit/FilterBar.tsx";
import { FilterText } from "../../_kit/FilterText.tsx";
import { Id } from "../../_kit/Id.tsx";
import { LinkButton } from "../../_kit/LinkButton.tsx";
import { PageHead } from "../../_kit/PageHead.tsx";
import { Pager } from "../../_kit/Pager.tsx";
import { Refused } from "../../_kit/Refused.tsx";
import { Select } from "../../_kit/Select.tsx";
import { address, pick, type Search } from "../../_kit/search.ts";
import { type Column, Table } from "../../_kit/Table.tsx";
import { ask } from "../../_session/ask.ts";
import { requirePlatform } from "../../_session/context.ts";
import { StatusLabel } from "../../_ui/StatusLabel.tsx";
import { Time } from "../../_ui/Time.tsx";
import { counted } from "../../_words/numbers.ts";
import type { Tone } from "../../_words/statuses.ts";
import { PrepareExport } from "../PrepareExport.tsx";
import { Details } from "./Details.tsx";

export const metadata: Metadata = { title: "Audit" };

const PATH = "/platform/audit";

type AuditRecord = z.output<NonNullable<typeof listAudit.output>>["records"][number];

const OUTCOMES: Record<AuditRecord["outcome"], { word: string; tone: Tone }> = {
  done: { word: "Done", tone: "done" },
  denied: { word: "Denied", tone: "partial" },
  failed: { word: "Failed", tone: "failed" },
};

const COLUMNS: readonly Column<AuditRecord>[] = [
  { name: "When", cell: ({ at }) => <Time iso={at} withSeconds /> },
  { name: "Who", cell: ({ actor }) => actor.name ?? actor.kind },
  { name: "What", cell: ({ action }) => action },
  { name: "On", cell: ({ target }) => (target ? <Target {...target} /> : "") },
  { name: "Result", cell: ({ outcome }) => <StatusLabel {...OUTCOMES[outcome]} /> },
  { name: "From", isMinor: true, cell: ({ ipAddress }) => ipAddress ?? "here" },
  { name: "Sealed", isMinor: true, cell: ({ sequence, hash }) => <Sealed sequence={sequence} hash={hash} /> },
  { name: "Details", cell: ({ details }) => details && <Details details={details} /> },
];

/** Its place in the chain; the hash is for those who compare. */
function Sealed({ sequence, hash }: Pick<AuditRecord, "sequence" | "hash">) {
  if (sequence === null) return "Not yet";
  return <span title={hash ?? undefined}>#{sequence}</span>;
}

function Target({ type, id }: NonNullable<AuditRecord["target"]>) {
  return (
    <>
      {type.replaceAll("_", " ")} {id && <Id id={id} />}
    </>
  );
}

function sayHowFarSealed({ sealed, unsealed, removed }: z.output<NonNullable<typeof readAuditSeal.output>>): string {
  const until = sealed ? `Sealed up to #${sealed.sequence}` : "Nothing is sealed yet";
  const waiting = unsealed === 0 ? "" : `, ${counted(unsealed, "entry", "entries")} waiting to be sealed`;
  const cut = removed ? ` Entries up to #${removed.sequence} were removed by retention.` : "";
  return `${until}${waiting}. Run livedash doctor to check that nothing has been changed or removed.${cut}`;
}

export default async function AuditPage({ searchParams }: { searchParams: Promise<Search> }) {
  const ctx = await requirePlatform();
  const query = pick(await searchParams, ["actor", "action", "target", "outcome", "cursor"]);
  const { cursor: _, ...filter } = query;
  const [asked, seal] = await Promise.all([ask(ctx, listAudit, query), ask(ctx, readAuditSeal, {})]);
  const outcomes = Object.entries(OUTCOMES).map(([value, { word }]) => ({ value, name: word }));
  return (
    <>
      <PageHead
        title="Audit"
        lead={`Who did what, from where, and with what result.${seal.ok ? ` ${sayHowFarSealed(seal.answer)}` : ""}`}
        actions={
          <>
            <LinkButton href={address("/api/admin/export", { format: "csv", list: "audit", ...filter })} download>
              Export as CSV
            </LinkButton>
            <PrepareExport list="audit" filter={filter} />
          </>
        }
      />
      <FilterBar path={PATH} label="Filter the audit log" isFiltered={Object.keys(filter).length > 0}>
        <FilterText name="actor" label="Who" type="search" defaultValue={query.actor} isSearch />
        <FilterText name="action" label="What" defaultValue={query.action} placeholder="keys.create, or sign_in." />
        <FilterText name="target" label="Object id" defaultValue={query.target} />
        <Select name="outcome" label="Result" any="Any" options={outcomes} defaultValue={query.outcome} />
      </FilterBar>
      {!asked.ok ? (
        <Refused {...asked} back={{ href: PATH, name: "Clear all filters" }} />
      ) : asked.answer.records.length === 0 ? (
        <EmptyState title="No entries">
          {Object.keys(filter).length > 0 ? "Nothing matches these filters." : "Nothing has been recorded yet."}
        </EmptyState>
      ) : (
        <Table caption="Audit log entries" columns={COLUMNS} rows={asked.answer.records} keyOf={({ id }) => id} />
      )}
      {asked.ok && <Pager path={PATH} query={query} nextCursor={asked.answer.nextCursor} />}
    </>
  );
}
