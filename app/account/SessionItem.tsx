import { ConfirmAction } from "../_kit/ConfirmAction.tsx";
import type { Outcome } from "../_kit/callApi.ts";
import { Time } from "../_ui/Time.tsx";
import { browserName } from "../_words/people.ts";

export interface Session {
  token: string;
  createdAt: string;
  ipAddress: string | null;
  userAgent: string | null;
  /** Whether it is the browser that shows this. */
  isHere: boolean;
}

export function SessionItem({ session, signOut }: { session: Session; signOut: () => Promise<Outcome<unknown>> }) {
  const browser = browserName(session.userAgent);
  return (
    <li className="flex min-h-16 flex-wrap items-center justify-between gap-x-6 gap-y-2 border-line py-3 not-first:border-t">
      <div className="min-w-0">
        <p className="font-medium" title={session.userAgent ?? undefined}>
          {browser}
          {session.isHere && <span className="font-normal text-ink-soft"> · this browser</span>}
        </p>
        <p className="text-sm text-ink-faint">
          {session.ipAddress ? `From ${session.ipAddress}, since ` : "Since "}
          <Time iso={session.createdAt} />
        </p>
      </div>
      {!session.isHere && (
        <ConfirmAction
          label="End session"
          question={`Sign out ${browser}?`}
          confirm="Sign out browser"
          tone="danger"
          act={signOut}
          done={`${browser} has been signed out.`}
        >
          <p>Anyone using it will have to sign in again.</p>
        </ConfirmAction>
      )}
    </li>
  );
}
