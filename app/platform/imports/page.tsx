import type { Metadata } from "next";
import type { z } from "zod";
import { IMPORT_STATES, type importRow } from "../../../lib/admin/imports/importRow.ts";
import { listImports } from "../../../lib/admin/imports/listImports.ts";
import { EmptyState } from "../../_kit/EmptyState.tsx";
import { FilterBar } from "../../_kit/FilterBar.tsx";
import { LinkButton } from "../../_kit/LinkButton.tsx";
import { PageHead } from "../../_kit/PageHead.tsx";
import { Pager } from "../../_kit/Pager.tsx";
import { Refused } from "../../_kit/Refused.tsx";
import { Select } from "../../_kit/Select.tsx";
import { pick, type Search } from "../../_kit/search.ts";
import { type Column, Table } from "../../_kit/Table.tsx";
import { TextLink } from "../../_kit/TextLink.tsx";
import { LiveList } from "../../_live/LiveList.tsx";
import { ask } from "../../_session/ask.ts";
import { requirePlatform } from "../../_session/context.ts";
import { Section } from "../../_ui/Section.tsx";
import { StatusLabel } from "../../_ui/StatusLabel.tsx";
import { Time } from "../../_ui/Time.tsx";
import { inGroups } from "../../_words/numbers.ts";
import { IMPORT_STATE_WORDS } from "../../_words/statuses.ts";
import { FirstStep } from "../FirstStep.tsx";
import { companyOptions } from "../options.ts";
import { UploadCsv } from "./UploadCsv.tsx";

export const metadata: Metadata = { title: "Imports" };

const PATH = "/platform/imports";
const STATES = IMPORT_STATES.map((value) => ({ value, name: IMPORT_STATE_WORDS[value].word }));
const BAD_ROWS = [
  { value: "true", name: "With bad rows" },
  { value: "false", name: "Without bad rows" },
];

const COLUMNS: readonly Column<z.output<typeof importRow>>[] = [
  { name: "Source", cell: ({ id, source }) => <TextLink href={`${PATH}/${id}`}>{source}</TextLink> },
  { name: "State", cell: ({ state }) => <StatusLabel {...IMPORT_STATE_WORDS[state]} /> },
  { name: "Company", cell: ({ companyName }) => companyName },
  { name: "Rows", isNumber: true, cell: ({ rows }) => inGroups(rows) },
  { name: "New", isNumber: true, cell: ({ imported }) => inGroups(imported) },
  { name: "Changed", isNumber: true, cell: ({ updated }) => inGroups(updated) },
  { name: "Unchanged", isNumber: true, cell: ({ unchanged }) => inGroups(unchanged) },
  { name: "Bad", isNumber: true, cell: ({ bad }) => inGroups(bad) },
  { name: "Started", cell: ({ startedAt }) => <Time iso={startedAt} /> },
];

export default async function ImportsPage({ searchParams }: { searchParams: Promise<Search> }) {
  const ctx = await requirePlatform();
  const query = pick(await searchParams, ["companyId", "state", "withBadRows", "cursor"]);
  const { cursor: _, ...filter } = query;
  const [asked, companies] = await Promise.all([ask(ctx, listImports, query), companyOptions(ctx)]);
  return (
    <>
      <PageHead
        title="Imports"
        lead="CSV files and addresses, and the outcome of their rows."
        live={<LiveList of="imports" />}
        actions={ctx.actor.permissions.has("jobs.read") && <LinkButton href="/platform/jobs">Jobs</LinkButton>}
      />
      {ctx.actor.permissions.has("imports.write") && companies.length > 0 && <UploadCsv companies={companies} />}
      <Section id="runs" title="What was imported">
        <FilterBar path={PATH} label="Filter the imports" isFiltered={Object.keys(filter).length > 0}>
          <Select
            name="companyId"
            label="Company"
            any="All companies"
            options={companies}
            defaultValue={query.companyId}
          />
          <Select name="state" label="State" any="All" options={STATES} defaultValue={query.state} />
          <Select
            name="withBadRows"
            label="Bad rows"
            any="Either"
            options={BAD_ROWS}
            defaultValue={query.withBadRows}
          />
        </FilterBar>
        {!asked.ok ? (
          <Refused {...asked} back={{ href: PATH, name: "Clear all filters" }} />
        ) : asked.answer.imports.length === 0 ? (
          <EmptyState title="No imports">
            {Object.keys(filter).length > 0 ? (
              "Nothing matches these filters."
            ) : companies.length === 0 ? (
              <FirstStep ctx={ctx} />
            ) : (
              "Upload a CSV above, or give a company the address of its CSV, and LiveDash will import it regularly."
            )}
          </EmptyState>
        ) : (
          <Table caption="Imports" columns={COLUMNS} rows={asked.answer.imports} keyOf={({ id }) => id} />
        )}
        {asked.ok && <Pager path={PATH} query={query} nextCursor={asked.answer.nextCursor} />}
      </Section>
    </>
  );
}
