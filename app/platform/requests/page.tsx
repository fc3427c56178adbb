import type { Metadata } from "next";
import { summary } from "../../../lib/admin/overview/summary.ts";
import { listRequests } from "../../../lib/admin/requests/listRequests.ts";
import { isTimeZone } from "../../../lib/import/timeZone.ts";
import { EmptyState } from "../../_kit/EmptyState.tsx";
import { LinkButton } from "../../_kit/LinkButton.tsx";
import { PageHead } from "../../_kit/PageHead.tsx";
import { Pager } from "../../_kit/Pager.tsx";
import { Refused } from "../../_kit/Refused.tsx";
import { address, pick, type Search } from "../../_kit/search.ts";
import { Tabs } from "../../_kit/Tabs.tsx";
import { LiveList } from "../../_live/LiveList.tsx";
import { totalOf } from "../../_overview/stages.ts";
import { ask } from "../../_session/ask.ts";
import { requirePlatform } from "../../_session/context.ts";
import { readZone } from "../../_session/zone.ts";
import { inGroups } from "../../_words/numbers.ts";
import { REQUEST_STATUS_WORDS, REQUEST_STATUSES } from "../../_words/statuses.ts";
import { FindById } from "../FindById.tsx";
import { FirstStep } from "../FirstStep.tsx";
import { companyOptions, modelOptions } from "../options.ts";
import { PrepareExport } from "../PrepareExport.tsx";
import { toMoment } from "./moments.ts";
import { RequestFilters } from "./RequestFilters.tsx";
import { RequestTable } from "./RequestTable.tsx";

export const metadata: Metadata = { title: "Requests" };

const PATH = "/platform/requests";
const FILTERS = [
  "companyId",
  "model",
  "batchId",
  "errorCode",
  "errorGroup",
  "idPrefix",
  "externalSessionId",
  "externalSessionIdPrefix",
  "failedSince",
  "olderThan",
  "newerThan",
] as const;
const TIMES = ["failedSince", "olderThan", "newerThan"] as const;

export default async function RequestsPage({ searchParams }: { searchParams: Promise<Search> }) {
  const ctx = await requirePlatform();
  const { zone: given, ...search } = pick(await searchParams, ["status", ...FILTERS, "order", "cursor", "zone"]);
  const query = { ...search, status: search.status ?? "processing_failed" };
  // Whose clocks an address means stands in it: it shows the same to whoever opens it.
  const zone = given !== undefined && isTimeZone(given) ? given : "UTC";
  for (const name of TIMES) {
    const text = query[name];
    if (text) query[name] = toMoment(text, zone);
  }
  const { cursor: _, status, order: __, ...filter } = query;
  // All at once: what a part of the page asks for itself would be asked when the page has its own answers.
  const [counts, asked, companies, models, ownZone] = await Promise.all([
    summary(ctx),
    ask(ctx, listRequests, query),
    companyOptions(ctx),
    modelOptions(ctx),
    readZone(),
  ]);
  const tabs = REQUEST_STATUSES.map((name) => ({
    href: address(PATH, { status: name }),
    isHere: name === status,
    name: (
      <>
        {REQUEST_STATUS_WORDS[name].word} <span className="text-ink-faint tabular-nums">{inGroups(counts[name])}</span>
      </>
    ),
  }));
  const canRequeue = ctx.actor.permissions.has("requests.requeue") && status === "processing_failed";
  return (
    <>
      <PageHead
        title="Requests"
        live={status !== "processing_failed" && <LiveList of="requests" />}
        lead="Each request is one analysis of one session."
        actions={
          <>
            <LinkButton
              href={address("/api/admin/export", { format: "csv", list: "requests", status, ...filter })}
              download
            >
              Export as CSV
            </LinkButton>
            <PrepareExport list="requests" filter={{ status, ...filter }} />
          </>
        }
      />
      <FindById />
      <Tabs label="By status" tabs={tabs} />
      <RequestFilters
        query={query}
        companies={companies}
        models={models}
        zone={ownZone}
        isFiltered={Object.keys(filter).length > 0 || query.order !== undefined}
      />
      {!asked.ok ? (
        <Refused {...asked} back={{ href: PATH, name: "Clear all filters" }} />
      ) : asked.answer.requests.length === 0 ? (
        <EmptyState title="No requests">
          {Object.keys(filter).length > 0 ? (
            "Nothing matches these filters. Clear one of them, or look at another status."
          ) : totalOf(counts) === 0 ? (
            <FirstStep ctx={ctx} />
          ) : (
            "No request has this status right now. The overview shows what is running."
          )}
        </EmptyState>
      ) : (
        <RequestTable
          requests={asked.answer.requests}
          canRequeue={canRequeue}
          filter={filter}
          isAll={asked.answer.nextCursor === null && query.cursor === undefined}
        />
      )}
      {asked.ok && <Pager path={PATH} query={query} nextCursor={asked.answer.nextCursor} />}
    </>
  );
}
