import type { SessionRow } from "../../lib/admin/latestSessions.ts";
import { Time } from "../_ui/Time.tsx";
import { CATEGORY_WORDS } from "../_words/categories.ts";
import { languageName } from "../_words/languages.ts";
import { Mark } from "./Mark.tsx";
import { Sentiment } from "./Sentiment.tsx";

export function SessionItem({ session }: { session: SessionRow }) {
  return (
    <li className="grid gap-x-6 gap-y-3 border-line px-5 py-4 not-first:border-t wide:grid-cols-[13rem_1fr]">
      <div className="min-w-0">
        <p className="font-medium">{session.companyName}</p>
        <p className="text-sm text-ink-faint">
          <Time iso={session.startTime} />
          {session.language && <span> · {languageName(session.language)}</span>}
        </p>
      </div>
      <div className="min-w-0">
        <p className="mb-1.5 flex flex-wrap items-center gap-x-4 gap-y-1.5">
          {session.sentiment && <Sentiment sentiment={session.sentiment} />}
          {session.category && <span className="text-sm text-ink-soft">{CATEGORY_WORDS[session.category]}</span>}
          {session.escalated && <Mark>Escalated</Mark>}
          {session.forwardedHr && <Mark>Sent on to HR</Mark>}
        </p>
        <p className="max-w-3xl leading-relaxed hyphens-auto" dir="auto">
          {session.summary ?? <span className="text-ink-faint">No summary.</span>}
        </p>
      </div>
    </li>
  );
}
