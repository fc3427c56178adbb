import { z } from "zod";
import { time } from "../../api/fields.ts";
import { JobState } from "../../db/enums.ts";
import type { Sql } from "../../db/pool.ts";
import { bool, int, json, known, nullable, statement, text, textOf, timestamp } from "../../db/statement.ts";
import type { Outcome } from "../../jobs/job.ts";

type State = Lowercase<JobState>;
export const JOB_STATES = Object.values(JobState).map((state) => state.toLowerCase()) as [State];

const count = z.number().int().nonnegative();

export const jobShape = z.object({
  id: z.string(),
  kind: z.string().meta({ description: "What is done, such as `bulk-requeue`." }),
  targetType: z.string(),
  targetId: z.string().meta({ description: "What it is about." }),
  companyId: z.string().nullable(),
  companyName: z.string().nullable(),
  askedBy: z.string(),
  state: z.enum(JOB_STATES),
  done: count,
  total: count.nullable().meta({ description: "Null where it is not known." }),
  outcome: z
    .record(z.string(), z.union([z.number(), z.string()]))
    .meta({ description: "What it has done so far: numbers and ids by name. They differ by kind." }),
  errorCode: z.string().nullable(),
  error: z.string().nullable(),
  aborting: z.boolean().meta({ description: "It is running, and will end at its next safe point." }),
  createdAt: time,
  startedAt: time.nullable(),
  progressAt: time.nullable(),
  finishedAt: time.nullable(),
});

/** Selects these of "Job" j and its "Company" c. */
export const SHOWN_COLUMNS = `j."id", j."kind", j."targetType", j."targetId", j."companyId", c."name" AS "companyName",
  j."askedBy", lower(j."state"::text) AS "state", j."done", j."total", j."outcome", j."errorCode", j."error",
  (j."state" = 'RUNNING' AND j."abortAskedAt" IS NOT NULL) AS "aborting", j."createdAt", j."startedAt", j."progressAt",
  j."finishedAt"`;

/** The company may be missing, so the database takes the job for one that may be, too. */
export const shownColumns = {
  id: known(text),
  kind: known(text),
  targetType: known(text),
  targetId: known(text),
  companyId: nullable(text),
  companyName: nullable(text),
  askedBy: known(text),
  state: known(textOf<State>()),
  done: known(int),
  total: nullable(int),
  outcome: known(json<Outcome>()),
  errorCode: nullable(text),
  error: nullable(text),
  aborting: known(bool),
  createdAt: known(timestamp),
  startedAt: nullable(timestamp),
  progressAt: nullable(timestamp),
  finishedAt: nullable(timestamp),
};

export function readShownJob(sql: Sql, id: string) {
  return READ.first(sql, { id });
}

const READ = statement({
  sql: `SELECT ${SHOWN_COLUMNS} FROM "Job" j LEFT JOIN "Company" c ON c."id" = j."companyId" WHERE j."id" = $1`,
  params: { id: text },
  row: shownColumns,
});
