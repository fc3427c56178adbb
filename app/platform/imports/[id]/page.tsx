import type { Metadata } from "next";
import { listBadRows } from "../../../../lib/admin/imports/listBadRows.ts";
import { readImport } from "../../../../lib/admin/imports/readImport.ts";
import { watchImportParts } from "../../../../lib/admin/imports/watchImport.ts";
import { versionOf } from "../../../../lib/live/followOne.ts";
import { EmptyState } from "../../../_kit/EmptyState.tsx";
import { Facts } from "../../../_kit/Facts.tsx";
import { LinkButton } from "../../../_kit/LinkButton.tsx";
import { PageHead } from "../../../_kit/PageHead.tsx";
import { Pager } from "../../../_kit/Pager.tsx";
import { Refused } from "../../../_kit/Refused.tsx";
import { address, pick, type Search } from "../../../_kit/search.ts";
import { TextLink } from "../../../_kit/TextLink.tsx";
import { LivePage } from "../../../_live/LivePage.tsx";
import { ask } from "../../../_session/ask.ts";
import { requirePlatform } from "../../../_session/context.ts";
import { Section } from "../../../_ui/Section.tsx";
import { StatusLabel } from "../../../_ui/StatusLabel.tsx";
import { Time } from "../../../_ui/Time.tsx";
import { inGroups } from "../../../_words/numbers.ts";
import { IMPORT_STATE_WORDS } from "../../../_words/statuses.ts";
import { BadRows } from "./BadRows.tsx";
import { ImportWarnings } from "./ImportWarnings.tsx";

export const metadata: Metadata = { title: "Import" };

type Props = { params: Promise<{ id: string }>; searchParams: Promise<Search> };

export default async function ImportPage({ params, searchParams }: Props) {
  const ctx = await requirePlatform();
  const { id } = await params;
  const query = pick(await searchParams, ["cursor", "reveal"]);
  const path = `/platform/imports/${id}`;
  const [asked, badRows] = await Promise.all([ask(ctx, readImport, { id }), ask(ctx, listBadRows, { id, ...query })]);
  const parent = { href: "/platform/imports", name: "Imports" };
  if (!asked.ok) return <Refused {...asked} back={parent} />;
  const { import: run, warnings } = asked.answer;
  const { transcripts } = run;
  const mayReveal = ctx.actor.permissions.has("imports.reveal");
  return (
    <>
      <PageHead
        title={run.source}
        parent={parent}
        live={
          <LivePage
            events={`/api/admin/legacy/imports/${id}/events`}
            version={versionOf(watchImportParts(asked.answer))}
          />
        }
        lead={<StatusLabel {...IMPORT_STATE_WORDS[run.state]} />}
      />
      {run.error && <p className="mb-6 rounded-xl border border-failed bg-surface px-5 py-4">{run.error}</p>}
      <Facts
        facts={[
          { name: "Company", value: run.companyName },
          { name: "Rows read", value: inGroups(run.rows) },
          { name: "New sessions", value: inGroups(run.imported) },
          { name: "Changed", value: inGroups(run.updated) },
          { name: "Unchanged", value: inGroups(run.unchanged) },
          { name: "Bad rows", value: inGroups(run.bad) },
          ...(transcripts.named + transcripts.found > 0
            ? [
                { name: "Transcripts named", value: inGroups(transcripts.named) },
                { name: "Transcripts found", value: inGroups(transcripts.found) },
                { name: "Transcripts used", value: inGroups(transcripts.used) },
                { name: "Transcripts skipped", value: inGroups(transcripts.skipped) },
                { name: "Without speakers", value: inGroups(transcripts.withoutSpeakers) },
              ]
            : []),
          { name: "Format", value: run.format ?? "not known" },
          { name: "Started", value: <Time iso={run.startedAt} /> },
          { name: "Ended", value: run.finishedAt ? <Time iso={run.finishedAt} /> : "not yet" },
        ]}
      />
      {warnings.length > 0 && (
        <Section id="warnings" title="Warnings">
          <ImportWarnings warnings={warnings} />
        </Section>
      )}
      <Section
        id="bad-rows"
        title="Bad rows"
        aside={
          mayReveal && run.bad > 0 ? (
            <span className="flex flex-wrap gap-3">
              {query.reveal !== "true" && <LinkButton href={address(path, { reveal: "true" })}>Show texts</LinkButton>}
              <LinkButton href={`/api/admin/legacy/imports/${id}/bad-rows.csv`} download>
                Download for correction
              </LinkButton>
              <LinkButton href={`/api/admin/legacy/imports/${id}/bad-rows.csv?raw=true`} download>
                Download original bytes
              </LinkButton>
            </span>
          ) : undefined
        }
      >
        {!badRows.ok ? (
          <Refused {...badRows} back={{ href: path, name: "Hide texts" }} />
        ) : badRows.answer.badRows.length === 0 && run.bad > 0 ? (
          <EmptyState title="Listed with a later import">
            A row that appears in several imports from the same source is kept once, and listed with the latest of them.{" "}
            <TextLink href={address("/platform/imports", { companyId: run.companyId, withBadRows: "true" })}>
              Imports of {run.companyName} with bad rows
            </TextLink>
          </EmptyState>
        ) : badRows.answer.badRows.length === 0 ? (
          <EmptyState title="No bad rows">Every row in this file was imported.</EmptyState>
        ) : (
          <BadRows rows={badRows.answer.badRows} />
        )}
        {badRows.ok && <Pager path={path} query={query} nextCursor={badRows.answer.nextCursor} />}
      </Section>
    </>
  );
}
