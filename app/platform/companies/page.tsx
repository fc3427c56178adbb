import type { Metadata } from "next";
import type { z } from "zod";
import { listCompanies } from "../../../lib/admin/companies/listCompanies.ts";
import { EmptyState } from "../../_kit/EmptyState.tsx";
import { FilterBar } from "../../_kit/FilterBar.tsx";
import { FilterText } from "../../_kit/FilterText.tsx";
import { PageHead } from "../../_kit/PageHead.tsx";
import { Pager } from "../../_kit/Pager.tsx";
import { Refused } from "../../_kit/Refused.tsx";
import { Select } from "../../_kit/Select.tsx";
import { pick, type Search } from "../../_kit/search.ts";
import { type Column, Table } from "../../_kit/Table.tsx";
import { TextLink } from "../../_kit/TextLink.tsx";
import { ask } from "../../_session/ask.ts";
import { requirePlatform } from "../../_session/context.ts";
import { StatusLabel } from "../../_ui/StatusLabel.tsx";
import { Time } from "../../_ui/Time.tsx";
import { COMPANY_STATUS_WORDS } from "../../_words/statuses.ts";
import { modelOptions } from "../options.ts";
import { CompanyForm } from "./CompanyForm.tsx";
import { COMPANY_STATUSES } from "./statuses.ts";
import { upTo } from "./upTo.ts";

export const metadata: Metadata = { title: "Companies" };

const PATH = "/platform/companies";

type Company = z.output<NonNullable<typeof listCompanies.output>>["companies"][number];

const COLUMNS: readonly Column<Company>[] = [
  { name: "Company", cell: ({ id, name }) => <TextLink href={`${PATH}/${id}`}>{name}</TextLink> },
  { name: "Status", cell: ({ status }) => <StatusLabel {...COMPANY_STATUS_WORDS[status]} /> },
  { name: "Sessions", isNumber: true, cell: ({ sessions }) => upTo(sessions) },
  { name: "Model", cell: ({ model }) => model ?? "default" },
  { name: "Last import", cell: ({ lastImportAt }) => (lastImportAt ? <Time iso={lastImportAt} /> : "none") },
];

export default async function CompaniesPage({ searchParams }: { searchParams: Promise<Search> }) {
  const ctx = await requirePlatform();
  const query = pick(await searchParams, ["search", "status", "cursor"]);
  const { cursor: _, ...filter } = query;
  const [asked, models] = await Promise.all([ask(ctx, listCompanies, query), modelOptions(ctx)]);
  const canWrite = ctx.actor.permissions.has("companies.write");
  return (
    <>
      <PageHead
        title="Companies"
        lead="LiveDash imports and analyses the sessions of these companies."
        actions={canWrite ? <CompanyForm models={models} /> : undefined}
      />
      <FilterBar path={PATH} label="Filter the companies" isFiltered={Object.keys(filter).length > 0}>
        <FilterText name="search" label="Name" type="search" defaultValue={query.search} isSearch />
        <Select name="status" label="Status" any="All" options={COMPANY_STATUSES} defaultValue={query.status} />
      </FilterBar>
      {!asked.ok ? (
        <Refused {...asked} back={{ href: PATH, name: "Clear all filters" }} />
      ) : asked.answer.companies.length === 0 ? (
        <EmptyState title="No companies">
          {Object.keys(filter).length > 0
            ? "Nothing matches these filters."
            : "Create the first one, or import a CSV file."}
        </EmptyState>
      ) : (
        <Table caption="Companies" columns={COLUMNS} rows={asked.answer.companies} keyOf={({ id }) => id} />
      )}
      {asked.ok && <Pager path={PATH} query={query} nextCursor={asked.answer.nextCursor} />}
    </>
  );
}
