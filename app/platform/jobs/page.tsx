import type { Metadata } from "next";
import type { z } from "zod";
import type { jobShape } from "../../../lib/admin/jobs/jobShape.ts";
import { listJobs } from "../../../lib/admin/jobs/listJobs.ts";
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
import { jobInWords } from "../../_words/jobs.ts";
import { inGroups } from "../../_words/numbers.ts";
import { JOB_STATE_WORDS } from "../../_words/statuses.ts";

export const metadata: Metadata = { title: "Jobs" };

const PATH = "/platform/jobs";

const COLUMNS: readonly Column<z.output<typeof jobShape>>[] = [
  { name: "Kind", cell: ({ id, kind }) => <TextLink href={`${PATH}/${id}`}>{jobInWords(kind)}</TextLink> },
  { name: "State", cell: ({ state }) => <StatusLabel {...JOB_STATE_WORDS[state]} /> },
  { name: "Company", cell: ({ companyName }) => companyName ?? "" },
  { name: "Done", isNumber: true, cell: ({ done }) => inGroups(done) },
  { name: "By", cell: ({ askedBy }) => askedBy },
  { name: "Requested", cell: ({ createdAt }) => <Time iso={createdAt} /> },
];

export default async function JobsPage({ searchParams }: { searchParams: Promise<Search> }) {
  const ctx = await requirePlatform();
  const query = pick(await searchParams, ["state", "kind", "companyId", "cursor"]);
  const asked = await ask(ctx, listJobs, query);
  if (!asked.ok) return <Refused {...asked} back={{ href: PATH, name: "Back to the first page" }} />;
  const { jobs, nextCursor } = asked.answer;
  return (
    <>
      <PageHead title="Jobs" parent={{ href: "/platform/imports", name: "Imports" }} />
      {jobs.length === 0 ? (
        <EmptyState title="No jobs">Imports, uploads, bulk requeues and reanalyses are done as jobs.</EmptyState>
      ) : (
        <Table caption="Jobs" columns={COLUMNS} rows={jobs} keyOf={({ id }) => id} />
      )}
      <RefreshWhile goesOn={jobs.some(({ finishedAt }) => finishedAt === null)} />
      <Pager path={PATH} query={query} nextCursor={nextCursor} />
    </>
  );
}
