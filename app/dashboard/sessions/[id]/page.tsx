import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { readNeighbours } from "../../../../lib/company/sessions/readNeighbours.ts";
import { readSession } from "../../../../lib/company/sessions/readSession.ts";
import type { SessionRow } from "../../../../lib/company/sessions/sessionRow.ts";
import { Id } from "../../../_kit/Id.tsx";
import { PageHead } from "../../../_kit/PageHead.tsx";
import { address, pick, type Search } from "../../../_kit/search.ts";
import { TextLink } from "../../../_kit/TextLink.tsx";
import { ask } from "../../../_session/ask.ts";
import { requireCompany } from "../../../_session/context.ts";
import { Section } from "../../../_ui/Section.tsx";
import { Time } from "../../../_ui/Time.tsx";
import { counted } from "../../../_words/numbers.ts";
import { countryName, languageName, secondsInWords } from "../../../_words/sessions.ts";
import { inWords } from "../../../_words/times.ts";
import { FilterRefused } from "../../_filter/FilterRefused.tsx";
import { readFilter, SESSIONS } from "../../_filter/filter.ts";
import { analysisWord } from "../../_sessions/analysisWord.ts";
import { Conversation } from "../../_sessions/Conversation.tsx";
import { Facts } from "../../_sessions/Facts.tsx";
import { Neighbours } from "../../_sessions/Neighbours.tsx";

export const metadata: Metadata = { title: "Session" };

interface SessionPageProps {
  params: Promise<{ id: string }>;
  searchParams: Promise<Search>;
}

/** One session: what its analysis says, and the conversation itself. */
export default async function SessionPage({ params, searchParams }: SessionPageProps) {
  const ctx = await requireCompany();
  const { id } = await params;
  const search = await searchParams;
  const filter = readFilter(search);
  const { after, cursor } = pick(search, ["after", "cursor"]);
  const [asked, neighbours] = await Promise.all([
    ask(ctx, readSession, { id, after }),
    ask(ctx, readNeighbours, { id, ...filter }),
  ]);
  // An id that none can be is not told from one that none is.
  if (!asked.ok && asked.code === "invalid_input" && !after) notFound();
  if (!asked.ok) return <FilterRefused refusal={asked} back={`${SESSIONS}/${id}`} />;
  const { session, questions, messages, nextAfter } = asked.answer;
  const length = Date.parse(session.endTime) - Date.parse(session.startTime);
  const facts = [
    session.language && languageName(session.language),
    length > 0 && `took ${inWords(length)}`,
    session.messagesSent !== null && `${counted(session.messagesSent, "message")} from the user`,
    session.avgResponseTime !== null && `answered in ${secondsInWords(session.avgResponseTime)} on average`,
    session.country && countryName(session.country.toUpperCase()),
  ];
  const list = { ...filter, cursor };
  return (
    <article>
      <PageHead
        parent={{ href: address(SESSIONS, list), name: "All sessions" }}
        title={
          <>
            Session of <Time iso={session.startTime} withYear />
          </>
        }
        lead={
          <>
            {session.externalSessionId && (
              <p>
                <Id id={session.externalSessionId} />
              </p>
            )}
            <p>{facts.filter(Boolean).join(" · ")}</p>
          </>
        }
        actions={neighbours.ok && <Neighbours {...neighbours.answer} list={list} />}
      />
      <div className="rounded-xl border border-line bg-surface p-5">
        {session.analysedAt ? (
          <>
            <Facts session={session} />
            <p className="max-w-3xl text-lg leading-relaxed" dir="auto">
              {session.summary}
            </p>
            <p className="mt-3 text-sm text-ink-faint">
              Analysed <Time iso={session.analysedAt} withYear />
            </p>
          </>
        ) : (
          <p className="text-ink-soft">{whyNoAnalysis(session)}</p>
        )}
      </div>
      {questions.length > 0 && (
        <Section id="questions" title="Questions">
          <ul className="space-y-2">
            {questions.map(({ id: questionId, content, topic }) => (
              <li key={questionId}>
                <TextLink href={address(SESSIONS, { questionId })}>
                  <span dir="auto">{content}</span>
                  <span className="sr-only">: all sessions with this question</span>
                </TextLink>
                {topic && (
                  <span className="ml-2 text-sm text-ink-faint">
                    <TextLink href={address(SESSIONS, { topic })}>
                      {topic}
                      <span className="sr-only">: all sessions that ask about this</span>
                    </TextLink>
                  </span>
                )}
              </li>
            ))}
          </ul>
        </Section>
      )}
      <Conversation session={session} messages={messages} after={after} nextAfter={nextAfter} list={list} />
    </article>
  );
}

function whyNoAnalysis(session: SessionRow): string {
  if (session.isEmpty) return `${analysisWord(session)} in this session, so there is nothing to analyse.`;
  if (session.analysisFailed) {
    return "This session could not be analysed. The operator of this LiveDash can see why and try again.";
  }
  return `${analysisWord(session)}. Sessions are analysed in batches, usually within a day.`;
}
