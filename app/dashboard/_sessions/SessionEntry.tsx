import Link from "next/link";
import type { SessionRow } from "../../../lib/company/sessions/sessionRow.ts";
import { Time } from "../../_ui/Time.tsx";
import { languageName } from "../../_words/languages.ts";
import { Facts } from "./Facts.tsx";

/** A session in the list: when, what became of it, and what it was about. */
export function SessionEntry({ session }: { session: SessionRow }) {
  return (
    <li className="grid gap-x-6 gap-y-2 border-line px-5 py-4 not-first:border-t wide:grid-cols-[11rem_1fr]">
      <div className="min-w-0 text-sm">
        <Link
          href={`/dashboard/sessions/${session.id}`}
          prefetch={false}
          className="font-medium underline decoration-line underline-offset-4 hover:decoration-current"
        >
          <span className="sr-only">Session of </span>
          <Time iso={session.startTime} withYear />
        </Link>
        {session.externalSessionId && (
          <p className="mt-0.5 wrap-anywhere text-ink-soft">
            <span className="sr-only">Session id </span>
            {session.externalSessionId}
          </p>
        )}
        <p className="mt-0.5 text-ink-faint">
          {session.language ? languageName(session.language) : "Not analysed yet"}
        </p>
      </div>
      <div className="min-w-0">
        <Facts session={session} />
        <p className="max-w-3xl leading-relaxed" dir="auto">
          {session.summary ?? session.initialMsg ?? <span className="text-ink-faint">No message.</span>}
        </p>
      </div>
    </li>
  );
}
