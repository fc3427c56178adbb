import type { Metadata } from "next";
import type { z } from "zod";
import { listFailureGroups, MOST_COUNTED } from "../../../lib/admin/failures/listFailureGroups.ts";
import { EmptyState } from "../../_kit/EmptyState.tsx";
import { LinkButton } from "../../_kit/LinkButton.tsx";
import { PageHead } from "../../_kit/PageHead.tsx";
import { Refused } from "../../_kit/Refused.tsx";
import { address } from "../../_kit/search.ts";
import { type Column, Table } from "../../_kit/Table.tsx";
import { TextLink } from "../../_kit/TextLink.tsx";
import { ask } from "../../_session/ask.ts";
import { requirePlatform } from "../../_session/context.ts";
import { inGroups } from "../../_words/numbers.ts";
import { RequeueMatching } from "../RequeueMatching.tsx";

export const metadata: Metadata = { title: "Errors" };

const HOUR_MS = 3_600_000;

type Group = z.output<NonNullable<typeof listFailureGroups.output>>["groups"][number];

export default async function ErrorsPage() {
  const ctx = await requirePlatform();
  const asked = await ask(ctx, listFailureGroups, { limit: 100 });
  if (!asked.ok) return <Refused {...asked} back={{ href: "/platform", name: "To the overview" }} />;
  const { groups, more } = asked.answer;
  const canRequeue = ctx.actor.permissions.has("requests.requeue");
  return (
    <>
      <PageHead
        title="Errors"
        lead="What failed for good, by its reason: names and numbers in the messages are left out."
        actions={<LinkButton href="/platform/bulk">Requeues under way</LinkButton>}
      />
      {groups.length === 0 ? (
        <EmptyState title="Nothing has failed in the last seven days">
          What fails for now goes back by itself; only what needs a person shows here.
        </EmptyState>
      ) : (
        <>
          <Table
            caption="Failures by reason"
            columns={columnsFor(canRequeue, ctx.clock.now())}
            rows={groups}
            keyOf={keyOf}
          />
          <p className="mt-4 text-sm text-ink-faint">
            A figure counts whatever failed in its time; its list holds what has not gone back since.
          </p>
        </>
      )}
      {more && <p className="mt-4 text-sm text-ink-faint">There are more groups than the hundred most frequent.</p>}
    </>
  );
}

function keyOf({ code, message }: Group): string {
  return `${code} ${message}`;
}

function columnsFor(canRequeue: boolean, now: Date): Column<Group>[] {
  const figure = (name: string, hours: number, pick: (group: Group) => number): Column<Group> => {
    const failedSince = new Date(now.getTime() - hours * HOUR_MS).toISOString();
    return {
      name,
      isNumber: true,
      cell: (group) => <Figure filter={group.filter && { ...group.filter, failedSince }} count={pick(group)} />,
    };
  };
  return [
    {
      name: "Reason",
      cell: ({ code, message, meaning, retryable }) => (
        <span className="block max-w-md">
          <span className="block font-medium">{code.replaceAll("_", " ")}</span>
          <span className="block text-ink-soft">{message || meaning}</span>
          <span className="block text-ink-faint">
            {retryable ? "Its attempts are used up" : "Not tried again by itself"}
          </span>
        </span>
      ),
    },
    figure("Last hour", 1, ({ lastHour }) => lastHour),
    figure("Last 24 hours", 24, ({ lastDay }) => lastDay),
    figure("Last 7 days", 7 * 24, ({ lastWeek }) => lastWeek),
    {
      name: "Still failed",
      isNumber: true,
      cell: ({ filter, stillFailed }) => (
        <Figure filter={filter} count={stillFailed} isLeast={stillFailed >= MOST_COUNTED} />
      ),
    },
    ...(canRequeue
      ? [
          {
            name: "What to do",
            cell: ({ filter, stillFailed }: Group) =>
              filter && stillFailed > 0 ? (
                <RequeueMatching filter={withoutStatus(filter)} label="Requeue the group" />
              ) : (
                ""
              ),
          },
        ]
      : []),
  ];
}

/** A count, which leads to the list of what it counts. */
function Figure({ filter, count, isLeast = false }: FigureProps) {
  const words = isLeast ? `${inGroups(count)} or more` : inGroups(count);
  return filter && count > 0 ? <TextLink href={address("/platform/requests", filter)}>{words}</TextLink> : words;
}

interface FigureProps {
  filter: Record<string, string> | null;
  count: number;
  isLeast?: boolean;
}

function withoutStatus({ errorCode, errorGroup }: NonNullable<Group["filter"]>) {
  return { errorCode, errorGroup };
}
