import type { Metadata } from "next";
import type { z } from "zod";
import type { bulkRequeue } from "../../../lib/admin/bulk/bulkRequeue.ts";
import { listBulkRequeues } from "../../../lib/admin/bulk/listBulkRequeues.ts";
import { EmptyState } from "../../_kit/EmptyState.tsx";
import { PageHead } from "../../_kit/PageHead.tsx";
import { Pager } from "../../_kit/Pager.tsx";
import { Refused } from "../../_kit/Refused.tsx";
import { pick, type Search } from "../../_kit/search.ts";
import { type Column, Table } from "../../_kit/Table.tsx";
import { TextLink } from "../../_kit/TextLink.tsx";
import { RefreshWhile } from "../../_live/RefreshWhile.tsx";
import { ask } from "../../_session/ask.ts";
import { requirePlatform } from "../../_session/context.ts";
import { StatusLabel } from "../../_ui/StatusLabel.tsx";
import { Time } from "../../_ui/Time.tsx";
import { inGroups } from "../../_words/numbers.ts";
import { BULK_STATUS_WORDS } from "../../_words/statuses.ts";

export const metadata: Metadata = { title: "Bulk requeues" };

const PATH = "/platform/bulk";

const COLUMNS: readonly Column<z.output<typeof bulkRequeue>>[] = [
  { name: "Reason", cell: ({ id, reason }) => <TextLink href={`${PATH}/${id}`}>{reason}</TextLink> },
  { name: "Status", cell: ({ status }) => <StatusLabel {...BULK_STATUS_WORDS[status]} /> },
  { name: "Matched", isNumber: true, cell: ({ matched }) => inGroups(matched) },
  { name: "Requeued", isNumber: true, cell: ({ requeued }) => inGroups(requeued) },
  { name: "By", cell: ({ createdBy }) => createdBy },
  { name: "Started", cell: ({ createdAt }) => <Time iso={createdAt} /> },
];

export default async function BulkRequeuesPage({ searchParams }: { searchParams: Promise<Search> }) {
  const ctx = await requirePlatform();
  const query = pick(await searchParams, ["cursor"]);
  const asked = await ask(ctx, listBulkRequeues, query);
  if (!asked.ok) return <Refused {...asked} back={{ href: PATH, name: "Back to the first page" }} />;
  const { bulks, nextCursor } = asked.answer;
  return (
    <>
      <PageHead title="Bulk requeues" parent={{ href: "/platform/errors", name: "Errors" }} />
      {bulks.length === 0 ? (
        <EmptyState title="No bulk requeues yet">
          On the <TextLink href="/platform/errors">errors page</TextLink>, or in the{" "}
          <TextLink href="/platform/requests?status=processing_failed">list of failed requests</TextLink>, everything
          that matches can be requeued at once.
        </EmptyState>
      ) : (
        <Table caption="Bulk requeues" columns={COLUMNS} rows={bulks} keyOf={({ id }) => id} />
      )}
      <RefreshWhile goesOn={bulks.some(({ finishedAt }) => finishedAt === null)} />
      <Pager path={PATH} query={query} nextCursor={nextCursor} />
    </>
  );
}
