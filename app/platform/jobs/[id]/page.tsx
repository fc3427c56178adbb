import type { Metadata } from "next";
import { exportJob } from "../../../../lib/admin/export/exportJob.ts";
import { permissionOf } from "../../../../lib/admin/jobs/kinds.ts";
import { readJob } from "../../../../lib/admin/jobs/readJob.ts";
import { versionOf } from "../../../../lib/live/followOne.ts";
import { PageHead } from "../../../_kit/PageHead.tsx";
import { Refused } from "../../../_kit/Refused.tsx";
import { LivePage } from "../../../_live/LivePage.tsx";
import { ask } from "../../../_session/ask.ts";
import { requirePlatform } from "../../../_session/context.ts";
import { jobInWords } from "../../../_words/jobs.ts";
import { JobProgress } from "./JobProgress.tsx";

export const metadata: Metadata = { title: "Job progress" };

export default async function JobPage({ params }: { params: Promise<{ id: string }> }) {
  const ctx = await requirePlatform();
  const { id } = await params;
  const asked = await ask(ctx, readJob, { id });
  const parent = { href: "/platform/jobs", name: "Jobs" };
  if (!asked.ok) return <Refused {...asked} back={parent} />;
  const { job } = asked.answer;
  const { permissions } = ctx.actor;
  const canControl = permissions.has("jobs.control");
  const needed = permissionOf(job.kind);
  const isOwnExport = job.kind === exportJob.name && job.askedBy === ctx.actor.name;
  const ownAt = isOwnExport ? `/api/admin/exports/${id}` : undefined;
  return (
    <>
      <PageHead
        title={jobInWords(job.kind)}
        parent={parent}
        live={<LivePage events={`/api/admin/jobs/${id}/events`} version={versionOf(asked.answer)} />}
      />
      <JobProgress
        job={job}
        abortAt={canControl ? `/api/admin/jobs/${id}/abort` : ownAt && `${ownAt}/abort`}
        fileAt={ownAt && `${ownAt}/file`}
        canRetry={canControl && !(needed && !permissions.has(needed))}
      />
    </>
  );
}
