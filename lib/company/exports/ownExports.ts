import { z } from "zod";
import { notFound } from "../../api/errors.ts";
import { time } from "../../api/fields.ts";
import type { CallContext } from "../../api/operation.ts";
import { after } from "../../clock.ts";
import { JobState } from "../../db/enums.ts";
import type { Sql } from "../../db/pool.ts";
import { bool, int, known, nullable, statement, text, textOf, timestamp } from "../../db/statement.ts";
import { companyActorOf } from "../asTenant.ts";
import { sessionsExportJob } from "./sessionsExportJob.ts";

const DAY_MS = 86_400_000;
/** What is said of a job in words for operators. */
const FOR_OPERATORS = /^(?:unexpected$|job_broken_off$|database_|system_)/;
const FAILED = "The export failed. Try it again. If it fails again, ask the operator of this LiveDash.";

type State = Lowercase<JobState>;
const STATES = Object.values(JobState).map((state) => state.toLowerCase()) as [State];
const count = z.number().int().nonnegative();

export const ownExportShape = z.object({
  id: z.string(),
  state: z.enum(STATES),
  done: count.meta({ description: "Sessions that have been written." }),
  total: count.nullable().meta({ description: "Sessions that matched when it was requested." }),
  error: z.string().nullable(),
  aborting: z.boolean().meta({ description: "It is running, and will end soon." }),
  hasFile: z.boolean().meta({ description: "Whether its file can be fetched." }),
  createdAt: time,
  finishedAt: time.nullable(),
});

/** The exports of whoever calls, the newest first: those that are not finished, and those that ended within a day. */
export async function readOwnExports(ctx: CallContext, sql: Sql) {
  const { id: askedById, companyId } = companyActorOf(ctx);
  const of = { kind: sessionsExportJob.name, companyId, askedById, since: after(ctx.clock, -DAY_MS) };
  return (await READ.rows(sql, of)).map(({ errorCode, error, ...row }) => ({
    ...row,
    error: errorCode !== null && FOR_OPERATORS.test(errorCode) ? FAILED : error,
  }));
}

/** @throws RefusedError `not_found` */
export async function readOwnExport(ctx: CallContext, sql: Sql, id: string) {
  const found = (await readOwnExports(ctx, sql)).find((one) => one.id === id);
  if (found) return found;
  throw notFound("export");
}

const READ = statement({
  sql: `SELECT j."id", lower(j."state"::text) AS "state", j."done", j."total", j."errorCode", j."error",
               (j."state" = 'RUNNING' AND j."abortAskedAt" IS NOT NULL) AS "aborting",
               (j."state" = 'DONE' AND EXISTS (
                 SELECT 1 FROM "FilePart" p WHERE p."fileId" = j."targetId" AND p."index" = 0)) AS "hasFile",
               j."createdAt", j."finishedAt"
          FROM "Job" j
         WHERE j."kind" = $1 AND j."companyId" = $2 AND j."input"->>'askedById' = $3
           AND (j."finishedAt" IS NULL OR j."finishedAt" > $4)
         ORDER BY j."createdAt" DESC, j."id" DESC LIMIT 50`,
  params: { kind: text, companyId: text, askedById: text, since: timestamp },
  row: {
    id: text,
    state: known(textOf<State>()),
    done: int,
    total: nullable(int),
    errorCode: nullable(text),
    error: nullable(text),
    aborting: known(bool),
    hasFile: known(bool),
    createdAt: timestamp,
    finishedAt: nullable(timestamp),
  },
});
