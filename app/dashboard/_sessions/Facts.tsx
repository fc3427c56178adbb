import type { SessionRow } from "../../../lib/company/sessions/sessionRow.ts";
import { CATEGORY_WORDS } from "../../_words/sessions.ts";
import { Mark } from "./Mark.tsx";
import { Sentiment } from "./Sentiment.tsx";

/** What the analysis says of a session, in a line; nothing while there is none. */
export function Facts({ session }: { session: SessionRow }) {
  if (!session.analysedAt) return null;
  return (
    <p className="mb-1.5 flex flex-wrap items-center gap-x-4 gap-y-1.5">
      {session.sentiment && <Sentiment sentiment={session.sentiment} />}
      {session.category && <span className="text-sm text-ink-soft">{CATEGORY_WORDS[session.category]}</span>}
      {session.escalated && <Mark>Escalated</Mark>}
      {session.forwardedHr && <Mark>Sent on to HR</Mark>}
    </p>
  );
}
