import Link from "next/link";
import type { SessionRow } from "../../../lib/company/sessions/sessionRow.ts";
import { address } from "../../_kit/search.ts";
import { Time } from "../../_ui/Time.tsx";
import { languageName } from "../../_words/sessions.ts";
import { type Filter, SESSIONS } from "../_filter/filter.ts";
import { analysisWord } from "./analysisWord.ts";
import { Facts } from "./Facts.tsx";

interface SessionEntryProps {
  session: SessionRow;
  /** The list that it stands in, to come back to. */
  list: Filter & { cursor?: string | undefined };
}

/** A session in the list: when, what became of it, and what it was about. All of it leads there. */
export function SessionEntry({ session, list }: SessionEntryProps) {
  return (
    <li className="relative grid gap-x-6 gap-y-2 border-line px-5 py-4 not-first:border-t hover:bg-sunken wide:grid-cols-[11rem_1fr]">
      <div className="min-w-0 text-sm">
        <Link
          href={address(`${SESSIONS}/${session.id}`, list)}
          prefetch={false}
          className="font-medium underline after:absolute after:inset-0 decoration-line underline-offset-4 hover:decoration-current"
        >
          <span className="sr-only">Session of </span>
          <Time iso={session.startTime} withYear />
        </Link>
        {session.externalSessionId && (
          <p className="mt-0.5 text-ink-soft">
            <span className="sr-only">Session id </span>
            <span className="id">{session.externalSessionId}</span>
          </p>
        )}
        <p className="mt-0.5 text-ink-faint">
          {session.language ? languageName(session.language) : analysisWord(session)}
        </p>
      </div>
      <div className="min-w-0">
        <Facts session={session} />
        <p className="max-w-3xl leading-relaxed" dir="auto">
          {session.summary ?? session.initialMsg}
        </p>
      </div>
    </li>
  );
}
