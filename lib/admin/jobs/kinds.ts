import type { JobKind, JobKinds } from "../../jobs/job.ts";
import { bulkRequeueJob } from "../bulk/bulkRequeueJob.ts";
import { importJob } from "../imports/importJob.ts";
import { uploadJob } from "../imports/uploadJob.ts";
import { reanalysisJob } from "../results/reanalysisJob.ts";
import { switchJob } from "../results/switchJob.ts";

const KINDS: readonly JobKind[] = [bulkRequeueJob, importJob, uploadJob, reanalysisJob, switchJob];

/** What can be asked for as a job. */
export const JOB_KINDS: JobKinds = new Map(KINDS.map((kind) => [kind.name, kind]));
