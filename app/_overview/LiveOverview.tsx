"use client";

import type { Overview } from "../../lib/admin/readOverview.ts";
import { Section } from "../_ui/Section.tsx";
import { BatchList } from "./BatchList.tsx";
import { GettingStarted } from "./GettingStarted.tsx";
import { headlineOf } from "./headline.ts";
import { LiveState } from "./LiveState.tsx";
import { NewerButton } from "./NewerButton.tsx";
import { PipelinePicture } from "./PipelinePicture.tsx";
import { SessionList } from "./SessionList.tsx";
import { SpokenCounts } from "./SpokenCounts.tsx";
import { totalOf } from "./stages.ts";
import { useHeldSessions } from "./useHeldSessions.ts";
import { usePipeline } from "./usePipeline.ts";
import { useServerNow } from "./useServerNow.ts";

/** The overview: drawn by the server as it stands, then moving with the pipeline. */
export function LiveOverview({ initial }: { initial: Overview }) {
  const { overview, stream, isKeptUp } = usePipeline(initial);
  const now = useServerNow(initial.at);
  const { shown, newer, showNewest } = useHeldSessions(overview.latestSessions);
  const { sentence, detail } = headlineOf(overview.requests);
  const isEmpty = totalOf(overview.requests) === 0;
  return (
    <>
      <div className="mb-8">
        <div className="flex items-center justify-between gap-4">
          <h1 className="text-sm font-medium text-ink-faint">Overview</h1>
          <LiveState stream={stream} isKeptUp={isKeptUp} />
        </div>
        <p className="mt-2 text-2xl font-semibold tracking-tight text-balance tabular-nums sm:text-3xl">{sentence}</p>
        <p className="mt-1.5 text-ink-soft tabular-nums">{detail}</p>
      </div>
      <PipelinePicture overview={overview} />
      <SpokenCounts text={`${sentence}. ${detail}`} />
      {isEmpty ? (
        <GettingStarted />
      ) : (
        <>
          <Section id="batches" title="Latest batches">
            <BatchList batches={overview.latestBatches} now={now} />
          </Section>
          <Section
            id="sessions"
            title="Analysed sessions"
            aside={<NewerButton newer={newer} isAll={newer === overview.latestSessions.length} onShow={showNewest} />}
          >
            <SessionList sessions={shown} />
          </Section>
        </>
      )}
    </>
  );
}
