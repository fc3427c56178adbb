"use client";

import type { z } from "zod";
import type { jobShape } from "../../../../lib/admin/jobs/jobShape.ts";
import { ConfirmAction } from "../../../_kit/ConfirmAction.tsx";
import { callApi } from "../../../_kit/callApi.ts";
import { Facts } from "../../../_kit/Facts.tsx";
import { LinkButton } from "../../../_kit/LinkButton.tsx";
import { ProgressCard } from "../../../_ui/ProgressCard.tsx";
import { Time } from "../../../_ui/Time.tsx";
import { OUTCOME_WORDS } from "../../../_words/jobs.ts";
import { inGroups } from "../../../_words/numbers.ts";
import { JOB_STATE_WORDS } from "../../../_words/statuses.ts";

type Job = z.output<typeof jobShape>;

interface JobProgressProps {
  job: Job;
  /** Where it is aborted, by those who may. */
  abortAt: string | undefined;
  /** Where its file is, once it is done. */
  fileAt: string | undefined;
  canRetry: boolean;
}

/** How far a job is, what it has done, and the ways to end it or to begin it again. */
export function JobProgress({ job, abortAt, fileAt, canRetry }: JobProgressProps) {
  const { done, total, state } = job;
  const share = state === "done" ? 1 : total ? Math.min(1, done / total) : 0;
  const words = job.aborting ? { word: "Aborting", tone: "partial" as const } : JOB_STATE_WORDS[state];
  return (
    <div className="space-y-6">
      <ProgressCard
        status={words}
        share={share}
        words={total === null ? `${inGroups(done)} done` : `${inGroups(done)} of ${inGroups(total)}`}
      >
        {job.error}
      </ProgressCard>
      <Facts
        facts={[
          ...Object.entries(OUTCOME_WORDS).flatMap(([name, word]) => {
            const value = job.outcome[name];
            return typeof value === "number" ? [{ name: word, value: inGroups(value) }] : [];
          }),
          { name: "Company", value: job.companyName ?? "all" },
          { name: "By", value: job.askedBy },
          { name: "Requested", value: <Time iso={job.createdAt} /> },
          { name: "Started", value: job.startedAt ? <Time iso={job.startedAt} /> : "not yet" },
          { name: "Ended", value: job.finishedAt ? <Time iso={job.finishedAt} /> : "not yet" },
        ]}
      />
      <div className="flex flex-wrap gap-3">
        <About job={job} />
        {fileAt && state === "done" && (
          <LinkButton href={fileAt} download>
            Download
          </LinkButton>
        )}
        {abortAt && job.finishedAt === null && !job.aborting && (
          <ConfirmAction
            label="Abort"
            tone="danger"
            question="Abort this job?"
            confirm="Abort job"
            act={() => callApi(abortAt)}
            done="The job is being aborted."
          >
            <p>What it has done so far stays. The rest is not done.</p>
          </ConfirmAction>
        )}
        {canRetry && (state === "failed" || state === "aborted") && (
          <ConfirmAction
            label="Retry"
            question="Retry this job?"
            confirm="Retry job"
            act={() => callApi(`/api/admin/jobs/${job.id}/retry`)}
            done="The job has been queued again."
          >
            <p>It continues where it was, or begins again, depending on its kind. Nothing is done twice.</p>
          </ConfirmAction>
        )}
      </div>
    </div>
  );
}

/** The way to what the job is about. */
function About({ job: { outcome, targetType, targetId } }: { job: Job }) {
  if (typeof outcome.importRunId === "string") {
    return <LinkButton href={`/platform/imports/${outcome.importRunId}`}>Show the import</LinkButton>;
  }
  if (targetType === "bulk_requeue")
    return <LinkButton href={`/platform/bulk/${targetId}`}>Show the requeue</LinkButton>;
  return null;
}
