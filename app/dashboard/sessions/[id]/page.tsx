import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { readSession } from "../../../../lib/company/sessions/readSession.ts";
import { PageHead } from "../../../_kit/PageHead.tsx";
import { address, pick, type Search } from "../../../_kit/search.ts";
import { TextLink } from "../../../_kit/TextLink.tsx";
import { ask } from "../../../_session/ask.ts";
import { requireCompany } from "../../../_session/context.ts";
import { Section } from "../../../_ui/Section.tsx";
import { Time } from "../../../_ui/Time.tsx";
import { inWords } from "../../../_words/durations.ts";
import { languageName } from "../../../_words/languages.ts";
import { counted } from "../../../_words/numbers.ts";
import { FilterRefused } from "../../_filter/FilterRefused.tsx";
import { SESSIONS } from "../../_filter/filter.ts";
import { Conversation } from "../../_sessions/Conversation.tsx";
import { Facts } from "../../_sessions/Facts.tsx";

export const metadata: Metadata = { title: "Session" };

interface SessionPageProps {
  params: Promise<{ id: string }>;
  searchParams: Promise<Search>;
}

/** One session: what its analysis says, and the conversation itself. */
export default async function SessionPage({ params, searchParams }: SessionPageProps) {
  const ctx = await requireCompany();
  const { id } = await params;
  const { after } = pick(await searchParams, ["after"]);
  const asked = await ask(ctx, readSession, { id, after });
  // An id that none can be is not told from one that none is.
  if (!asked.ok && asked.code === "invalid_input" && !after) notFound();
  if (!asked.ok) return <FilterRefused refusal={asked} back={`${SESSIONS}/${id}`} />;
  const { session, questions, messages, nextAfter } = asked.answer;
  const length = Date.parse(session.endTime) - Date.parse(session.startTime);
  const facts = [
    session.externalSessionId,
    session.language && languageName(session.language),
    length > 0 && `took ${inWords(length)}`,
    session.messagesSent !== null && `${counted(session.messagesSent, "message")} from the user`,
    session.country,
  ];
  return (
    <article>
      <PageHead
        parent={{ href: SESSIONS, name: "All sessions" }}
        title={
          <>
            Session of <Time iso={session.startTime} withYear />
          </>
        }
        lead={facts.filter(Boolean).join(" · ")}
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
          <p className="text-ink-soft">
            Not analysed yet. Analyses come in batches, as a rule within a day: come back later.
          </p>
        )}
      </div>
      {questions.length > 0 && (
        <Section id="questions" title="Questions">
          <ul className="space-y-2">
            {questions.map(({ id: questionId, content }) => (
              <li key={questionId}>
                <TextLink href={address(SESSIONS, { questionId })}>
                  <span dir="auto">{content}</span>
                  <span className="sr-only">: all sessions that ask this</span>
                </TextLink>
              </li>
            ))}
          </ul>
        </Section>
      )}
      <Conversation session={session} messages={messages} after={after} nextAfter={nextAfter} />
    </article>
  );
}
