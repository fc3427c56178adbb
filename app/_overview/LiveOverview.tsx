"use client";

import Link from "next/link";
import { TextLink } from "../_kit/TextLink.tsx";
import { LiveState } from "../_live/LiveState.tsx";
import { Section } from "../_ui/Section.tsx";
import { FlowCharts } from "./FlowCharts.tsx";
import { GettingStarted } from "./GettingStarted.tsx";
import { headlineOf } from "./headline.ts";
import { InFlightList } from "./InFlightList.tsx";
import { PipelinePicture } from "./PipelinePicture.tsx";
import type { Pipeline } from "./pipeline.ts";
import { SchedulerList } from "./SchedulerList.tsx";
import { SpendFigures } from "./SpendFigures.tsx";
import { SpendingNotice, StopSpending } from "./SpendingSwitch.tsx";
import { SpokenCounts } from "./SpokenCounts.tsx";
import { StopNotice } from "./StopNotice.tsx";
import { StuckNotice } from "./StuckNotice.tsx";
import { totalOf } from "./stages.ts";
import { usePipeline } from "./usePipeline.ts";
import { useServerNow } from "./useServerNow.ts";
import { WaitingList } from "./WaitingList.tsx";

/** The overview: drawn by the server as it stands, then moving with the pipeline. */
export function LiveOverview({ initial, canControl, canStopSpending, canRequeue, canImport }: LiveOverviewProps) {
  const { pipeline, stream, isKeptUp } = usePipeline(initial);
  const now = useServerNow(initial.at);
  const { counts } = pipeline.requests;
  const { sentence, href, detail } = headlineOf(counts);
  return (
    <>
      <div className="mb-8">
        <div className="flex items-center justify-between gap-4">
          <h1 className="text-sm font-medium text-ink-faint">Overview</h1>
          <LiveState stream={stream} isKeptUp={isKeptUp} />
        </div>
        <p className="mt-2 text-2xl font-semibold tracking-tight text-balance tabular-nums sm:text-3xl">
          {href ? (
            <Link href={href} prefetch={false} className="underline decoration-failed underline-offset-4">
              {sentence}
            </Link>
          ) : (
            sentence
          )}
        </p>
        <p className="mt-1.5 text-ink-soft tabular-nums">{detail}</p>
      </div>
      <SpendingNotice stop={pipeline.spendingStop} canControl={canStopSpending} />
      <StopNotice stops={pipeline.providerStops} models={pipeline.modelStops} />
      <StuckNotice stuck={pipeline.batches.stuck} />
      <PipelinePicture pipeline={pipeline} now={now} />
      <SpokenCounts text={`${sentence}. ${detail}`} />
      {pipeline.waiting.length > 0 && (
        <Section id="waiting" title="Waiting">
          <WaitingList waiting={pipeline.waiting} canTry={canRequeue} />
        </Section>
      )}
      {totalOf(counts) === 0 ? (
        <GettingStarted canImport={canImport} />
      ) : (
        <>
          <Section id="flow" title="The last 24 hours">
            <FlowCharts series={pipeline.series} current={pipeline.current} />
          </Section>
          <Section
            id="batches"
            title="Batches in flight"
            aside={<TextLink href="/platform/batches">All batches</TextLink>}
          >
            <InFlightList batches={pipeline.batches.live} now={now} />
          </Section>
          <Section id="spend" title="Cost today">
            <SpendFigures spend={pipeline.spend} />
          </Section>
        </>
      )}
      <Section
        id="schedulers"
        title="Schedulers"
        aside={canStopSpending && pipeline.spendingStop === null && <StopSpending />}
      >
        <SchedulerList schedulers={pipeline.schedulers} now={now} canControl={canControl} />
      </Section>
    </>
  );
}

interface LiveOverviewProps {
  initial: Pipeline;
  canControl: boolean;
  canStopSpending: boolean;
  canRequeue: boolean;
  canImport: boolean;
}
