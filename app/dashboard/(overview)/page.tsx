import type { Metadata } from "next";
import { readFigures } from "../../../lib/company/figures/readFigures.ts";
import { readCompanyMe } from "../../../lib/company/me/readCompanyMe.ts";
import { PageHead } from "../../_kit/PageHead.tsx";
import { pick, type Search } from "../../_kit/search.ts";
import { ask } from "../../_session/ask.ts";
import { requireCompany } from "../../_session/context.ts";
import { counted } from "../../_words/numbers.ts";
import { daysInWords } from "../../_words/times.ts";
import { ComparedWith } from "../_figures/ComparedWith.tsx";
import { Figures } from "../_figures/Figures.tsx";
import { Held } from "../_figures/Held.tsx";
import { NoSessions } from "../_figures/NoSessions.tsx";
import { PeriodPicker } from "../_figures/PeriodPicker.tsx";
import { TakeAway } from "../_figures/TakeAway.tsx";
import { askedQuestion } from "../_filter/askedQuestion.ts";
import { Chips } from "../_filter/Chips.tsx";
import { FiguresFilter } from "../_filter/FilterForm.tsx";
import { FilterRefused } from "../_filter/FilterRefused.tsx";
import { OVERVIEW, readFilter } from "../_filter/filter.ts";

export const metadata: Metadata = { title: "Overview" };

/** What the company's sessions say. The filter, the period and its parts stand in the address. */
export default async function OverviewPage({ searchParams }: { searchParams: Promise<Search> }) {
  const ctx = await requireCompany();
  const search = await searchParams;
  const filter = readFilter(search);
  const { bucket, table } = pick(search, ["bucket", "table"]);
  const [me, figures, asked] = await Promise.all([
    ask(ctx, readCompanyMe, {}),
    ask(ctx, readFigures, { ...filter, bucket }),
    askedQuestion(ctx, filter),
  ]);
  if (!me.ok) return <FilterRefused refusal={me} back={OVERVIEW} />;
  const known = me.answer.sessionDays;
  if (!known) return <NoSessions />;
  if (!figures.ok) {
    return (
      <FilterRefused refusal={figures} back={OVERVIEW}>
        <FiguresFilter filter={filter} zone={me.answer.company.timeZone} isOpen />
      </FilterRefused>
    );
  }
  const { totals, period, previous } = figures.answer;
  return (
    <>
      <PageHead
        title={
          <>
            {counted(totals.sessions, "session")},{" "}
            <span className="whitespace-nowrap">{daysInWords(period.from, period.to)}</span>
          </>
        }
        lead={
          <>
            <p>{`${me.answer.company.name}. Days are in ${period.timeZone}.`}</p>
            <ComparedWith previous={previous} known={known} />
            <Held held={me.answer.held} />
          </>
        }
        actions={<TakeAway filter={{ ...filter, from: period.from, to: period.to }} bucket={period.bucket} />}
      />
      <div className="mb-8 space-y-4">
        <PeriodPicker period={period} known={known} filter={filter} table={table} />
        <FiguresFilter filter={filter} zone={period.timeZone} />
        <Chips path={OVERVIEW} filter={filter} asked={asked} />
      </div>
      {totals.sessions === 0 ? (
        <NoSessions known={known} path={OVERVIEW} />
      ) : (
        <Figures figures={figures.answer} filter={filter} isTableShown={table !== undefined} />
      )}
    </>
  );
}
