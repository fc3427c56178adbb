import type { Context } from "../context.ts";
import type { Transaction } from "../db/pool.ts";
import { int, json, nullable, statement, text, timestamp } from "../db/statement.ts";
import { UNFINISHED } from "./job.ts";
import { sendJobs } from "./queue.ts";

export interface NewJob {
  kind: string;
  input: object;
  target: { type: string; id: string };
  companyId?: string | null;
  askedBy: string;
  /** Known beforehand, where it is. */
  total?: number;
}

/**
 * Notes a job and sends it, in the transaction that asks for it. Where the same is asked for already and not finished, that
 * is the job: nothing is done twice.
 */
export async function askForJob(ctx: Context, tx: Transaction, job: NewJob): Promise<{ id: string; isNew: boolean }> {
  const noted = await noteJob(ctx, tx, job);
  if (noted.isNew) await sendJobs(tx, [{ kind: job.kind, id: noted.id, round: 1 }]);
  return noted;
}

/** The same for several. Answers how many are new. */
export async function askForJobs(ctx: Context, tx: Transaction, jobs: readonly NewJob[]): Promise<number> {
  const sent = [];
  for (const job of jobs) {
    const { id, isNew } = await noteJob(ctx, tx, job);
    if (isNew) sent.push({ kind: job.kind, id, round: 1 });
  }
  if (sent.length > 0) await sendJobs(tx, sent);
  return sent.length;
}

async function noteJob(ctx: Context, tx: Transaction, job: NewJob): Promise<{ id: string; isNew: boolean }> {
  const { kind, input, target, companyId = null, askedBy, total = null } = job;
  const id = ctx.newId();
  const inserted = await INSERT.run(tx, {
    id,
    kind,
    input: JSON.stringify(input),
    targetType: target.type,
    targetId: target.id,
    companyId,
    askedBy,
    total,
    now: ctx.clock.now(),
  });
  if (inserted === 1) {
    ctx.log.info({ event: "job.asked", jobId: id, kind, target: target.id });
    return { id, isNew: true };
  }
  const asked = await FIND_UNFINISHED.first(tx, { kind, targetId: target.id });
  // It has ended since: then this is the next one.
  return asked ? { id: asked.id, isNew: false } : noteJob(ctx, tx, job);
}

const INSERT = statement({
  sql: `INSERT INTO "Job" ("id", "kind", "input", "targetType", "targetId", "companyId", "askedBy", "total", "createdAt")
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        ON CONFLICT ("kind", "targetId") WHERE "state" IN ${UNFINISHED} DO NOTHING`,
  params: {
    id: text,
    kind: text,
    input: json<object>(),
    targetType: text,
    targetId: text,
    companyId: nullable(text),
    askedBy: text,
    total: nullable(int),
    now: timestamp,
  },
});

const FIND_UNFINISHED = statement({
  sql: `SELECT "id" FROM "Job" WHERE "kind" = $1 AND "targetId" = $2 AND "state" IN ${UNFINISHED}`,
  params: { kind: text, targetId: text },
  row: { id: text },
});
