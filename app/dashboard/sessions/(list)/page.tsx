import type { Metadata } from "next";
import { readCompanyMe } from "../../../../lib/company/me/readCompanyMe.ts";
import { countSessions } from "../../../../lib/company/sessions/countSessions.ts";
import { listSessions } from "../../../../lib/company/sessions/listSessions.ts";
import { PageHead } from "../../../_kit/PageHead.tsx";
import { Pager } from "../../../_kit/Pager.tsx";
import { address, pick, type Search } from "../../../_kit/search.ts";
import { TextLink } from "../../../_kit/TextLink.tsx";
import { ask } from "../../../_session/ask.ts";
import { requireCompany } from "../../../_session/context.ts";
import { counted } from "../../../_words/numbers.ts";
import { NoSessions } from "../../_figures/NoSessions.tsx";
import { askedQuestion } from "../../_filter/askedQuestion.ts";
import { Chips } from "../../_filter/Chips.tsx";
import { SessionsFilter } from "../../_filter/FilterForm.tsx";
import { FilterRefused } from "../../_filter/FilterRefused.tsx";
import { type Filter, OVERVIEW, readFilter, SESSIONS } from "../../_filter/filter.ts";
import { ExportLink } from "../../_sessions/ExportLink.tsx";
import { SessionEntry } from "../../_sessions/SessionEntry.tsx";

export const metadata: Metadata = { title: "Sessions" };

/** The sessions behind every figure: search, filters and the page of the list stand in the address. */
export default async function SessionsPage({ searchParams }: { searchParams: Promise<Search> }) {
  const ctx = await requireCompany();
  const search = await searchParams;
  const filter = readFilter(search);
  const { cursor } = pick(search, ["cursor"]);
  const [me, list, counting, asked] = await Promise.all([
    ask(ctx, readCompanyMe, {}),
    ask(ctx, listSessions, { ...filter, cursor }),
    ask(ctx, countSessions, filter),
    askedQuestion(ctx, filter),
  ]);
  if (!me.ok) return <FilterRefused refusal={me} back={SESSIONS} />;
  const { sessionDays: known, company } = me.answer;
  const zone = company.timeZone;
  if (!list.ok) return <Refused refusal={list} filter={filter} zone={zone} />;
  if (!counting.ok) return <Refused refusal={counting} filter={filter} zone={zone} />;
  if (!known) return <NoSessions />;
  const { count } = counting.answer;
  const { sessions, nextCursor } = list.answer;
  const mayExport = ctx.actor.permissions.has("company.sessions.export");
  return (
    <>
      <PageHead
        title={counted(count, "session")}
        lead={`${company.name}. Times are in ${zone}.`}
        actions={<ExportLink count={count} filter={filter} mayExport={mayExport} />}
      />
      <div className="mb-8 space-y-4">
        <SessionsFilter filter={filter} zone={zone} />
        <Chips path={SESSIONS} filter={filter} asked={asked} />
      </div>
      {count === 0 ? (
        <NoSessions known={known} path={SESSIONS} />
      ) : (
        <>
          <p className="mb-3 flex flex-wrap justify-between gap-x-8 gap-y-2 text-sm text-ink-faint">
            <span>Newest first</span>
            <span className="flex gap-x-8">
              {mayExport && <TextLink href={`${SESSIONS}/exports`}>Your exports</TextLink>}
              <TextLink href={address(OVERVIEW, filter)}>Show as charts</TextLink>
            </span>
          </p>
          <ol className="rounded-xl border border-line bg-surface">
            {sessions.map((session) => (
              <SessionEntry key={session.id} session={session} list={{ ...filter, cursor }} />
            ))}
          </ol>
          <Pager path={SESSIONS} query={{ ...filter, cursor }} nextCursor={nextCursor} />
        </>
      )}
    </>
  );
}

interface RefusedProps {
  refusal: { code: string; message: string };
  filter: Filter;
  zone: string;
}

function Refused({ refusal, filter, zone }: RefusedProps) {
  return (
    <FilterRefused refusal={refusal} back={SESSIONS}>
      <SessionsFilter filter={filter} zone={zone} />
    </FilterRefused>
  );
}
