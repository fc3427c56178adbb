import { z } from "zod";
import { time } from "../../api/fields.ts";
import { BulkRequeueStatus } from "../../db/enums.ts";
import { int, json, known, nullable, text, textOf, timestamp } from "../../db/statement.ts";
import { checkFailureFields, requestFilterFields } from "../requests/requestFilter.ts";

/** What a bulk requeue takes: the filter of the list, of requests that have failed. */
export const bulkFilter = z
  .strictObject({ status: z.literal("processing_failed").default("processing_failed"), ...requestFilterFields })
  .superRefine(checkFailureFields);

/** So many matches are counted and no more. */
export const MOST_COUNTED = 1_000_000;

type Status = Lowercase<BulkRequeueStatus>;
const count = z.number().int().nonnegative();

export const bulkRequeue = z.object({
  id: z.string(),
  status: z.enum(Object.values(BulkRequeueStatus).map((status) => status.toLowerCase()) as [Status]),
  filter: z.record(z.string(), z.string()),
  cutoff: time.meta({ description: "Requests that failed after this are left alone." }),
  reason: z.string(),
  matched: count.meta({ description: `Counted when it was created. ${MOST_COUNTED} means that many or more.` }),
  requeued: count,
  skipped: count.meta({ description: "Requests that someone else had already requeued." }),
  failed: count.meta({ description: "Requests that could not be requeued. The message says why." }),
  message: z.string().nullable(),
  createdBy: z.string(),
  createdAt: time,
  finishedAt: time.nullable(),
});

export const BULK_COLUMNS = `"id", lower("status"::text) AS "status", "filter", "cutoff", "reason", "matched", "requeued",
  "skipped", "failed", "message", "createdBy", "createdAt", "finishedAt"`;

/** What these select. */
export const bulkColumns = {
  id: text,
  status: known(textOf<Status>()),
  filter: json<Record<string, string>>(),
  cutoff: timestamp,
  reason: text,
  matched: int,
  requeued: int,
  skipped: int,
  failed: int,
  message: nullable(text),
  createdBy: text,
  createdAt: timestamp,
  finishedAt: nullable(timestamp),
};

/** Statuses in which there is something left to do. As SQL, to stand in a condition. */
export const UNFINISHED = `('WAITING', 'RUNNING')`;

/**
 * The lock on a job that a page holds while it is worked on, and an abort waits for. The row's own lock would not do:
 * each page writes a new version of the row, and whoever waits for the one before can come too late every time. Here
 * who waits is next. As SQL, of the job whose id is $1.
 */
export const JOB_LOCK = `hashtextextended('livedash:bulk:' || $1, 0)`;
