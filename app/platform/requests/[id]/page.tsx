import type { Metadata } from "next";
import type { z } from "zod";
import { readRequest } from "../../../../lib/admin/requests/readRequest.ts";
import { watchRequestParts } from "../../../../lib/admin/requests/watchRequest.ts";
import { versionOf } from "../../../../lib/live/followOne.ts";
import { Facts } from "../../../_kit/Facts.tsx";
import { Id } from "../../../_kit/Id.tsx";
import { LinkButton } from "../../../_kit/LinkButton.tsx";
import { Money } from "../../../_kit/Money.tsx";
import { PageHead } from "../../../_kit/PageHead.tsx";
import { Refused } from "../../../_kit/Refused.tsx";
import { pick, type Search } from "../../../_kit/search.ts";
import { TextLink } from "../../../_kit/TextLink.tsx";
import { Timeline } from "../../../_kit/Timeline.tsx";
import { LivePage } from "../../../_live/LivePage.tsx";
import { ask } from "../../../_session/ask.ts";
import { requirePlatform } from "../../../_session/context.ts";
import { Section } from "../../../_ui/Section.tsx";
import { StatusLabel } from "../../../_ui/StatusLabel.tsx";
import { Time } from "../../../_ui/Time.tsx";
import { spellOut } from "../../../_words/labels.ts";
import { inGroups } from "../../../_words/numbers.ts";
import { REQUEST_STATUS_WORDS } from "../../../_words/statuses.ts";
import { RequeueOne } from "./RequeueOne.tsx";
import { Revealed } from "./Revealed.tsx";
import { toEntries } from "./timeline.tsx";

export const metadata: Metadata = { title: "Request" };

type Request = z.output<typeof readRequest.output>["request"];
type Props = { params: Promise<{ id: string }>; searchParams: Promise<Search> };

const inTokens = (count: number | null) => (count === null ? "not stated" : inGroups(count));

export default async function RequestPage({ params, searchParams }: Props) {
  const ctx = await requirePlatform();
  const { id } = await params;
  const reveal = pick(await searchParams, ["reveal"]).reveal === "true";
  const asked = await ask(ctx, readRequest, { id, reveal });
  const parent = { href: "/platform/requests", name: "Requests" };
  if (!asked.ok) return <Refused {...asked} back={{ href: `/platform/requests/${id}`, name: "Hide the texts" }} />;
  const { request, timeline, revealed } = asked.answer;
  const may = (name: "requests.requeue" | "requests.reveal") => ctx.actor.permissions.has(name);
  return (
    <>
      <PageHead
        parent={parent}
        live={
          <LivePage
            events={`/api/admin/legacy/requests/${id}/events`}
            version={versionOf(watchRequestParts(asked.answer))}
          />
        }
        title={<Id id={request.id} />}
        lead={<StatusLabel {...REQUEST_STATUS_WORDS[request.status]} />}
        actions={request.status === "processing_failed" && may("requests.requeue") ? <RequeueOne id={id} /> : undefined}
      />
      <LastFailure {...request} />
      <Facts
        facts={[
          {
            name: "Company",
            value: <TextLink href={`/platform/companies/${request.companyId}`}>{request.companyName}</TextLink>,
          },
          {
            name: "Company's session id",
            value: request.externalSessionId ? <Id id={request.externalSessionId} /> : "none",
          },
          { name: "Session", value: request.sessionId ? <Id id={request.sessionId} /> : "erased" },
          { name: "Model", value: request.model },
          { name: "Analysis", value: analysisInWords(request) },
          { name: "Answer", value: <AnswerState result={request.result} /> },
          { name: "Attempts", value: `${request.attempt} (${request.failedAttempts} failed)` },
          {
            name: "Batch",
            value: request.batchId ? <Id id={request.batchId} href={`/platform/batches/${request.batchId}`} /> : "none",
          },
          { name: "Input tokens", value: inTokens(request.usage.promptTokens) },
          { name: "Output tokens", value: inTokens(request.usage.completionTokens) },
          { name: "Cost", value: <Money eur={request.costEur} /> },
          { name: "Cost of all attempts", value: <Money eur={request.costOfAllAttemptsEur} /> },
          ...(request.heldUntil
            ? [{ name: "Held by its company's limit until", value: <Time iso={request.heldUntil} /> }]
            : []),
          ...(request.notBefore ? [{ name: "Not before", value: <Time iso={request.notBefore} /> }] : []),
          { name: "Provider's id", value: request.openaiRequestId ? <Id id={request.openaiRequestId} /> : "none" },
        ]}
      />
      <Section id="life" title="History">
        <Timeline entries={toEntries(timeline)} />
      </Section>
      <Section id="texts" title="Texts">
        {revealed ? (
          <Revealed revealed={revealed} />
        ) : (
          <div className="rounded-xl border border-line bg-surface p-5">
            <p className="mb-4 text-ink-soft">
              {may("requests.reveal")
                ? "What people wrote is hidden until you reveal it. Revealing is recorded in the audit log."
                : "What people wrote is hidden. Your role does not have access to it."}
            </p>
            {may("requests.reveal") && (
              <LinkButton href={`/platform/requests/${id}?reveal=true`}>Reveal texts</LinkButton>
            )}
          </div>
        )}
      </Section>
    </>
  );
}

function analysisInWords({ processingType, analysisVersion }: Request): string {
  const name = spellOut(processingType);
  return analysisVersion === null ? name : `${name}, version ${analysisVersion}`;
}

/** Whether its session shows its answer. */
function AnswerState({ result }: Pick<Request, "result">) {
  if (!result) return "none";
  if (result.appliedAt === null) return "kept; the session showed a newer one";
  if (result.replacedAt !== null) {
    return (
      <>
        kept; another one took its place <Time iso={result.replacedAt} />
      </>
    );
  }
  return (
    <>
      shown since <Time iso={result.appliedAt} />
    </>
  );
}

/** Why it failed, for good or for now. */
function LastFailure({ status, errorCode, error, notBefore }: Request) {
  if (!errorCode) return null;
  const isFinal = status === "processing_failed";
  return (
    <div className={`mb-6 rounded-xl border bg-surface px-5 py-4 ${isFinal ? "border-failed" : "border-partial"}`}>
      <p className="font-medium">{spellOut(errorCode)}</p>
      <p className="text-ink-soft">{error}</p>
      {status === "batching_in_progress" && <p className="text-ink-soft">It is being retried now.</p>}
      {status === "pending_batching" && (
        <p className="text-ink-soft">
          {notBefore ? (
            <>
              It will be retried after <Time iso={notBefore} />.
            </>
          ) : (
            "It will be retried in one of the next batches."
          )}
        </p>
      )}
    </div>
  );
}
