import type { Metadata } from "next";
import type { z } from "zod";
import { type batchRow, batchStatus } from "../../../lib/admin/batches/batchRow.ts";
import { listBatches } from "../../../lib/admin/batches/listBatches.ts";
import { summary } from "../../../lib/admin/overview/summary.ts";
import type { CallContext } from "../../../lib/api/operation.ts";
import { EmptyState } from "../../_kit/EmptyState.tsx";
import { FilterBar } from "../../_kit/FilterBar.tsx";
import { Id } from "../../_kit/Id.tsx";
import { LinkButton } from "../../_kit/LinkButton.tsx";
import { Money } from "../../_kit/Money.tsx";
import { PageHead } from "../../_kit/PageHead.tsx";
import { Pager } from "../../_kit/Pager.tsx";
import { Refused } from "../../_kit/Refused.tsx";
import { Select } from "../../_kit/Select.tsx";
import { address, pick, type Search } from "../../_kit/search.ts";
import { type Column, Table } from "../../_kit/Table.tsx";
import { LiveList } from "../../_live/LiveList.tsx";
import { ask } from "../../_session/ask.ts";
import { requirePlatform } from "../../_session/context.ts";
import { StatusLabel } from "../../_ui/StatusLabel.tsx";
import { Time } from "../../_ui/Time.tsx";
import { inGroups } from "../../_words/numbers.ts";
import { describeBatch } from "../../_words/statuses.ts";
import { inWords } from "../../_words/times.ts";
import { FindById } from "../FindById.tsx";
import { FirstStep } from "../FirstStep.tsx";
import { companyOptions, modelOptions } from "../options.ts";
import { PrepareExport } from "../PrepareExport.tsx";

export const metadata: Metadata = { title: "Batches" };

const PATH = "/platform/batches";
const STUCK = [{ value: "true", name: "Stuck" }];
const ORDERS = [{ value: "oldest", name: "Oldest first" }];

export default async function BatchesPage({ searchParams }: { searchParams: Promise<Search> }) {
  const ctx = await requirePlatform();
  const query = pick(await searchParams, ["status", "companyId", "model", "stuck", "order", "cursor"]);
  const { cursor: _, ...filter } = query;
  const [asked, companies, models] = await Promise.all([
    ask(ctx, listBatches, query),
    companyOptions(ctx),
    modelOptions(ctx),
  ]);
  const statuses = batchStatus.options.map((value) => ({
    value,
    name: describeBatch({ status: value, succeeded: 0, requestCount: 0 }).word,
  }));
  return (
    <>
      <PageHead
        title="Batches"
        live={<LiveList of="batches" />}
        lead="Requests for one company and model, sent to the provider together."
        actions={
          <>
            <LinkButton href={address("/api/admin/export", { format: "csv", list: "batches", ...filter })} download>
              Export as CSV
            </LinkButton>
            <PrepareExport list="batches" filter={filter} />
          </>
        }
      />
      <FindById />
      <FilterBar path={PATH} label="Filter the batches" isFiltered={Object.keys(filter).length > 0}>
        <Select name="status" label="Status" any="All" options={statuses} defaultValue={query.status} />
        <Select
          name="companyId"
          label="Company"
          any="All companies"
          options={companies}
          defaultValue={query.companyId}
        />
        <Select name="model" label="Model" any="All models" options={models} defaultValue={query.model} />
        <Select name="stuck" label="Progress" any="Any" options={STUCK} defaultValue={query.stuck} />
        <Select name="order" label="Order" any="Newest first" options={ORDERS} defaultValue={query.order} />
      </FilterBar>
      {!asked.ok ? (
        <Refused {...asked} back={{ href: PATH, name: "Clear all filters" }} />
      ) : asked.answer.batches.length === 0 ? (
        <EmptyState title="No batches">
          {Object.keys(filter).length > 0 ? "Nothing matches these filters." : <WhyNone ctx={ctx} />}
        </EmptyState>
      ) : (
        <Table caption="Batches" columns={COLUMNS} rows={asked.answer.batches} keyOf={({ id }) => id} />
      )}
      {asked.ok && <Pager path={PATH} query={query} nextCursor={asked.answer.nextCursor} />}
    </>
  );
}

async function WhyNone({ ctx }: { ctx: CallContext }) {
  const { pending_batching: pending } = await summary(ctx);
  return pending > 0 ? "Pending requests will be put in one in the next round." : <FirstStep ctx={ctx} />;
}

const COLUMNS: readonly Column<z.output<typeof batchRow>>[] = [
  { name: "Batch", cell: ({ id }) => <Id id={id} href={`${PATH}/${id}`} /> },
  {
    name: "Status",
    cell: (batch) => (
      <span className="flex flex-wrap gap-x-3">
        <StatusLabel {...describeBatch(batch)} />
        {batch.givenUp && !batch.processedAt && (
          <StatusLabel tone="partial" word="Given up" meaning={batch.givenUp.reason} />
        )}
        {batch.stuck && <StatusLabel tone="failed" word="Stuck" meaning={batch.stuck.message} />}
      </span>
    ),
  },
  { name: "Company", cell: ({ companyName }) => companyName },
  { name: "Model", isWhole: true, isMinor: true, cell: ({ model }) => model },
  {
    name: "Succeeded",
    isNumber: true,
    cell: ({ processedAt, succeeded, requestCount, providerCounts }) => (
      <>
        {inGroups(succeeded)} of {inGroups(requestCount)}
        {!processedAt && providerCounts && (
          <span className="block text-ink-faint">
            {inGroups(providerCounts.completed)} of {inGroups(providerCounts.total)} at the provider
          </span>
        )}
      </>
    ),
  },
  { name: "Cost", isNumber: true, cell: ({ costEur }) => (costEur === null ? "not yet" : <Money eur={costEur} />) },
  { name: "Created", cell: ({ createdAt }) => <Time iso={createdAt} /> },
  { name: "Duration", cell: ({ lifeMs }) => inWords(lifeMs) },
];
