import type { Metadata } from "next";
import { listFailureGroups } from "../../../lib/admin/failures/listFailureGroups.ts";
import { summary } from "../../../lib/admin/overview/summary.ts";
import { EmptyState } from "../../_kit/EmptyState.tsx";
import { LinkButton } from "../../_kit/LinkButton.tsx";
import { PageHead } from "../../_kit/PageHead.tsx";
import { Refused } from "../../_kit/Refused.tsx";
import { totalOf } from "../../_overview/stages.ts";
import { ask } from "../../_session/ask.ts";
import { requirePlatform } from "../../_session/context.ts";
import { FirstStep } from "../FirstStep.tsx";
import { FailureCard } from "./FailureCard.tsx";

export const metadata: Metadata = { title: "Errors" };

export default async function ErrorsPage() {
  const ctx = await requirePlatform();
  const [asked, counts] = await Promise.all([ask(ctx, listFailureGroups, { limit: 100 }), summary(ctx)]);
  if (!asked.ok) return <Refused {...asked} back={{ href: "/platform", name: "To the overview" }} />;
  const { groups, more, since } = asked.answer;
  const canRequeue = ctx.actor.permissions.has("requests.requeue");
  return (
    <>
      <PageHead
        title="Errors"
        lead="Failed requests, grouped by reason. Names and numbers in the messages are left out."
        actions={<LinkButton href="/platform/bulk">Bulk requeues</LinkButton>}
      />
      {groups.length === 0 ? (
        <EmptyState title="Nothing has failed in the last seven days">
          {totalOf(counts) === 0 ? (
            <FirstStep ctx={ctx} />
          ) : (
            "Temporary failures are retried automatically. Only what needs a person appears here."
          )}
        </EmptyState>
      ) : (
        <ol aria-label="Failures by reason" className="space-y-4">
          {groups.map((group) => (
            <li key={`${group.code} ${group.message}`}>
              <FailureCard group={group} since={since} canRequeue={canRequeue} />
            </li>
          ))}
        </ol>
      )}
      {more && <p className="mt-4 text-sm text-ink-faint">Only the 100 most frequent groups are shown.</p>}
    </>
  );
}
