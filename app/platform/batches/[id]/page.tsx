import type { Metadata } from "next";
import { readBatch } from "../../../../lib/admin/batches/readBatch.ts";
import { watchBatchParts } from "../../../../lib/admin/batches/watchBatch.ts";
import { isDoneAtProvider } from "../../../../lib/batches/states.ts";
import { versionOf } from "../../../../lib/live/followOne.ts";
import { Facts } from "../../../_kit/Facts.tsx";
import { Id } from "../../../_kit/Id.tsx";
import { LinkButton } from "../../../_kit/LinkButton.tsx";
import { Money } from "../../../_kit/Money.tsx";
import { PageHead } from "../../../_kit/PageHead.tsx";
import { Refused } from "../../../_kit/Refused.tsx";
import { address } from "../../../_kit/search.ts";
import { TextLink } from "../../../_kit/TextLink.tsx";
import { Timeline } from "../../../_kit/Timeline.tsx";
import { LivePage } from "../../../_live/LivePage.tsx";
import { ask } from "../../../_session/ask.ts";
import { requirePlatform } from "../../../_session/context.ts";
import { Section } from "../../../_ui/Section.tsx";
import { StatusLabel } from "../../../_ui/StatusLabel.tsx";
import { Time } from "../../../_ui/Time.tsx";
import { spellOut } from "../../../_words/labels.ts";
import { counted, inGroups } from "../../../_words/numbers.ts";
import { describeBatch } from "../../../_words/statuses.ts";
import { inWords } from "../../../_words/times.ts";
import { CancelBatch } from "./CancelBatch.tsx";
import { GivenUpNote } from "./GivenUpNote.tsx";
import { GiveUpBatch } from "./GiveUpBatch.tsx";
import { Outcomes } from "./Outcomes.tsx";
import { ProviderErrors } from "./ProviderErrors.tsx";
import { StuckNote } from "./StuckNote.tsx";
import { toEntries } from "./timeline.ts";

export const metadata: Metadata = { title: "Batch" };

export default async function BatchPage({ params }: { params: Promise<{ id: string }> }) {
  const ctx = await requirePlatform();
  const { id } = await params;
  const asked = await ask(ctx, readBatch, { id });
  const parent = { href: "/platform/batches", name: "Batches" };
  if (!asked.ok) return <Refused {...asked} back={parent} />;
  const { batch, timeline, expected, outcomes, giveUp, errors } = asked.answer;
  const { permissions } = ctx.actor;
  const canCancel = permissions.has("batches.cancel") && !isDoneAtProvider(batch.status);
  const end = expected?.medianEnd && expected.p90End;
  return (
    <>
      <PageHead
        parent={parent}
        live={
          <LivePage events={`/api/admin/batches/${id}/events`} version={versionOf(watchBatchParts(asked.answer))} />
        }
        title={<Id id={batch.id} />}
        lead={
          <span className="flex flex-wrap items-center gap-x-4">
            <StatusLabel {...describeBatch(batch)} />
            {batch.stuck && <StatusLabel tone="failed" word="Stuck" />}
            {!batch.stuck && expected?.isLate && <StatusLabel tone="partial" word="Later than 9 out of 10 batches" />}
          </span>
        }
        actions={
          <>
            <LinkButton
              href={address("/platform/requests", { batchId: id, status: statusOfItsRequests(batch.status) })}
            >
              Its requests
            </LinkButton>
            {canCancel && !batch.givenUp && <CancelBatch id={id} waiting={outcomes.waiting} />}
            {giveUp && permissions.has("batches.cancel") && (
              <GiveUpBatch id={id} plan={giveUp} isGivenUp={batch.givenUp !== null} />
            )}
          </>
        }
      />
      <StuckNote stuck={batch.stuck} />
      <GivenUpNote batch={batch} />
      {batch.errorCode && (
        <p className="mb-6 rounded-xl border border-failed bg-surface px-5 py-4">
          <span className="block font-medium">{spellOut(batch.errorCode)}</span>
          <span className="text-ink-soft">{batch.errorMessage}</span>
        </p>
      )}
      <Outcomes outcomes={outcomes} requestCount={batch.requestCount} batchId={id} provider={batch.providerCounts} />
      <Section id="facts" title="Details">
        <Facts
          facts={[
            {
              name: "Company",
              value: <TextLink href={`/platform/companies/${batch.companyId}`}>{batch.companyName}</TextLink>,
            },
            { name: "Model", value: batch.model },
            { name: "Provider's id", value: batch.openaiBatchId ? <Id id={batch.openaiBatchId} /> : "none yet" },
            {
              name: "Status at the provider",
              value: batch.providerStatus ? spellOut(batch.providerStatus) : "none yet",
            },
            { name: "File", value: `${inGroups(batch.byteSize)} bytes` },
            { name: "Submissions", value: counted(batch.submissions, "time") },
            { name: "Input tokens, estimated", value: inGroups(batch.estimatedTokens) },
            { name: "Input tokens, billed", value: inGroups(outcomes.promptTokens) },
            ...(outcomes.linesWithoutUsage > 0
              ? [{ name: "Tokens not reported", value: `of ${counted(outcomes.linesWithoutUsage, "line")}` }]
              : []),
            {
              name: "Cost, estimated",
              value: batch.estimatedCostEur === null ? "not known" : <Money eur={batch.estimatedCostEur} />,
            },
            { name: "Cost so far", value: <Money eur={outcomes.costEur} /> },
            { name: "Duration", value: inWords(batch.lifeMs) },
            {
              name: "Expected end",
              value: end ? (
                <>
                  <Time iso={expected.medianEnd ?? end} /> to <Time iso={end} />
                </>
              ) : batch.processedAt ? (
                "it has ended"
              ) : (
                "not known"
              ),
            },
          ]}
        />
      </Section>
      <Section id="life" title="History">
        <Timeline entries={toEntries(timeline, describeBatch(batch).tone)} />
      </Section>
      {errors.length > 0 && (
        <Section id="errors" title="The provider's errors">
          <ProviderErrors errors={errors} />
        </Section>
      )}
    </>
  );
}

/** Requests of a batch that is over are complete, or failed; those that went back have left it. */
function statusOfItsRequests(status: Parameters<typeof isDoneAtProvider>[0]): string {
  return isDoneAtProvider(status) ? "processing_complete" : "batching_in_progress";
}
