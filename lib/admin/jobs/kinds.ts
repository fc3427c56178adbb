import type { PlatformPermission } from "../../auth/permissions.ts";
import { sessionsExportJob } from "../../company/exports/sessionsExportJob.ts";
import type { JobKind, JobKinds } from "../../jobs/job.ts";
import { bulkRequeueJob } from "../bulk/bulkRequeueJob.ts";
import { erasureJob } from "../erasure/erasureJob.ts";
import { exportJob } from "../export/exportJob.ts";
import { importJob } from "../imports/importJob.ts";
import { uploadJob } from "../imports/uploadJob.ts";
import { reanalysisJob } from "../results/reanalysisJob.ts";
import { switchJob } from "../results/switchJob.ts";

/** What can be asked for as a job, and the permission that this takes. */
const KINDS: readonly (readonly [JobKind, PlatformPermission])[] = [
  [bulkRequeueJob, "requests.requeue"],
  [erasureJob, "sessions.erase"],
  [exportJob, "lists.export"],
  [sessionsExportJob, "lists.export"],
  [importJob, "imports.write"],
  [uploadJob, "imports.write"],
  [reanalysisJob, "requests.requeue"],
  [switchJob, "requests.requeue"],
];

export const JOB_KINDS: JobKinds = new Map(KINDS.map(([kind]) => [kind.name, kind]));

const PERMISSIONS = new Map(KINDS.map(([kind, permission]) => [kind.name, permission]));

/** What asking for a job of this kind needs; undefined for a kind that another version has. */
export function permissionOf(kind: string): PlatformPermission | undefined {
  return PERMISSIONS.get(kind);
}
