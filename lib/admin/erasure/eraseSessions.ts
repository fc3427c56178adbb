import { hash } from "node:crypto";
import { z } from "zod";
import { notFound, RefusedError } from "../../api/errors.ts";
import { reason } from "../../api/fields.ts";
import { audit, type CallContext, defineOperation } from "../../api/operation.ts";
import { readWithin } from "../../api/timeLimit.ts";
import { inTransaction, type Sql } from "../../db/pool.ts";
import { arrayOf, nullable, statement, text } from "../../db/statement.ts";
import { askForJob } from "../../jobs/askForJob.ts";
import { type ErasureFilter, type ErasureInput, erasureFilter } from "./erasureFilter.ts";
import { erasureJob, selectErased } from "./erasureJob.ts";

const LIMIT_MS = 30_000;
const count = z.number().int().nonnegative();

export const eraseSessions = defineOperation({
  name: "eraseSessions",
  summary: "Erases sessions of a company for good, as a job. With `preview`, it only says how many.",
  method: "POST",
  path: "/api/admin/erasures",
  permission: "sessions.erase",
  input: z
    .strictObject({
      filter: erasureFilter,
      reason: reason.optional(),
      preview: z.boolean().default(false),
    })
    .refine(({ preview, reason }) => preview || reason !== undefined, { path: ["reason"], error: "has to be given" }),
  example: { filter: { companyId: "company_id_1", before: "2025-01-01T00:00:00Z" }, preview: true },
  output: z.object({
    sessions: count
      .nullable()
      .meta({ description: "Sessions that are erased. Null where counting them takes too long." }),
    inFlight: count.nullable().meta({
      description:
        "Requests of theirs that are with the provider: their answers are paid for, and dropped when they come.",
    }),
    unknown: count.meta({ description: "Sessions that were named and are not there." }),
    jobId: z.string().nullable().meta({ description: "The job that erases them. Null for a preview." }),
  }),
  run: async (ctx, { filter, reason, preview }) => {
    const { input, unknown } = await resolve(ctx.db, filter);
    const counted = await countThem(ctx, input);
    const jobId = preview ? null : await begin(ctx, input, reason);
    return { ...counted, unknown, jobId };
  },
});

/**
 * What the job is given: names of sessions become ids, as the ids of a company are not to stay in the job.
 * @throws RefusedError `not_found`, `invalid_input` where none of the sessions that were named is there
 */
async function resolve(sql: Sql, filter: ErasureFilter) {
  const { companyId, sessions, all: _, ...times } = filter;
  if ((await FIND_COMPANY.run(sql, { companyId })) === 0) throw notFound("company");
  if (sessions === undefined) return { input: { companyId, ...times }, unknown: 0 };
  const found = await FIND_SESSIONS.rows(sql, { companyId, names: sessions });
  if (found.length === 0)
    throw new RefusedError("invalid_input", "The company has none of these sessions. Check their ids.");
  const known = new Set(found.flatMap(({ id, externalSessionId }) => [id, externalSessionId]));
  const unknown = new Set(sessions.filter((name) => !known.has(name))).size;
  return { input: { companyId, sessionIds: found.map(({ id }) => id).sort(), ...times }, unknown };
}

const FIND_COMPANY = statement({ sql: `SELECT 1 FROM "Company" WHERE "id" = $1`, params: { companyId: text } });

const FIND_SESSIONS = statement({
  sql: `SELECT "id", "externalSessionId" FROM "Session"
         WHERE "companyId" = $1 AND ("id" = ANY($2) OR "externalSessionId" = ANY($2))`,
  params: { companyId: text, names: arrayOf(text) },
  row: { id: text, externalSessionId: nullable(text) },
});

async function countThem(ctx: CallContext, input: ErasureInput) {
  try {
    const { sql, values } = selectErased(input);
    const [counted] = await readWithin(ctx, LIMIT_MS, async (tx) => {
      const { rows } = await tx.query<{ sessions: number; inFlight: number }>(
        `WITH chosen AS (${sql})
         SELECT (SELECT count(*)::int FROM chosen) AS "sessions",
                (SELECT count(*)::int FROM "AIProcessingRequest" r JOIN chosen ON chosen."id" = r."sessionId"
                  WHERE r."processingStatus" = 'BATCHING_IN_PROGRESS') AS "inFlight"`,
        values,
      );
      return rows;
    });
    return { sessions: counted?.sessions ?? 0, inFlight: counted?.inFlight ?? 0 };
  } catch (error) {
    if (error instanceof RefusedError && error.code === "too_slow") return { sessions: null, inFlight: null };
    throw error;
  }
}

function begin(ctx: CallContext, input: ErasureInput, reason: string | undefined): Promise<string> {
  return inTransaction(ctx.db, async (tx) => {
    const { companyId, sessionIds, ...times } = input;
    const target = { type: "sessions", id: hash("sha256", JSON.stringify(input)) };
    const job = await askForJob(ctx, tx, { kind: erasureJob.name, input, target, companyId, askedBy: ctx.actor.name });
    const details = { named: sessionIds?.length, ...times, reason, jobId: job.id };
    await audit(ctx, tx, { action: "sessions.erase", outcome: "done", companyId, details });
    return job.id;
  });
}
