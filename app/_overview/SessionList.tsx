import type { SessionRow } from "../../lib/admin/latestSessions.ts";
import { SessionItem } from "./SessionItem.tsx";

export function SessionList({ sessions }: { sessions: readonly SessionRow[] }) {
  if (sessions.length === 0) {
    return (
      <p className="rounded-xl border border-line bg-surface px-5 py-6 text-ink-soft">
        None yet. A session stands here as soon as its answer has been applied.
      </p>
    );
  }
  return (
    <ol className="rounded-xl border border-line bg-surface">
      {sessions.map((session) => (
        <SessionItem key={session.id} session={session} />
      ))}
    </ol>
  );
}
