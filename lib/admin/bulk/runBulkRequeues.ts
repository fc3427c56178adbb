import type { Context } from "../../context.ts";
import { BulkRequeueStatus } from "../../db/enums.ts";
import { inTransaction, type Transaction } from "../../db/pool.ts";
import { bool, int, json, known, nullable, oneOf, type RowOf, statement, text, timestamp } from "../../db/statement.ts";
import { codeOf, LiveDashError, messageOf } from "../../errors.ts";
import { requeueFailed } from "../../requests/requeue.ts";
import { cursorToPosition, positionToCursor } from "../requests/position.ts";
import type { RequestFilter } from "../requests/requestFilter.ts";
import { checkPrefixes } from "../requests/requestSource.ts";
import { type Position, selectRequests } from "../requests/selectRequests.ts";
import { bulkFilter, JOB_LOCK, UNFINISHED } from "./bulkRequeue.ts";

const PAGE = 1_000;
const PAGE_LIMIT_MS = 60_000;
const LOCK_LIMIT_MS = 10_000;
const LONGEST_MESSAGE = 500;

type Counts = { requeued: number; skipped: number; failed: number };

type Job = RowOf<typeof TAKE_JOB>;

/** Works on the bulk requeues that are not over, the oldest first, a page at a time, until none is left. */
export async function runBulkRequeues(ctx: Context): Promise<Counts & { pages: number }> {
  const done = { pages: 0, requeued: 0, skipped: 0, failed: 0 };
  while (!ctx.stopping.aborted) {
    const page = await runPage(ctx);
    if (!page) break;
    done.pages++;
    for (const name of ["requeued", "skipped", "failed"] as const) done[name] += page[name];
  }
  return done;
}

/**
 * Requeues one page of one job. The page, the counts and the position are one transaction: broken off anywhere, the
 * page was requeued and counted, or neither. Undefined if there is no job that nobody else is just working on.
 */
async function runPage(ctx: Context): Promise<Counts | undefined> {
  let job: Job | undefined;
  let page: Position[] = [];
  try {
    const counts = await inTransaction(ctx.db, async (tx) => {
      await tx.query(`SET LOCAL statement_timeout = ${PAGE_LIMIT_MS}; SET LOCAL lock_timeout = ${LOCK_LIMIT_MS}`);
      job = await takeJob(tx);
      if (!job) return undefined;
      page = await readPage(tx, job);
      const ids = page.map(({ id }) => id);
      const { requeued } = await requeueFailed(
        tx,
        ids,
        { by: job.createdBy, at: ctx.clock.now(), bulkId: job.id },
        job.cutoff,
      );
      const counts = { requeued: requeued.length, skipped: ids.length - requeued.length, failed: 0 };
      await saveProgress(ctx, tx, job, page, counts);
      return counts;
    });
    if (job && counts) ctx.log.info({ event: isLast(page) ? "bulk.done" : "bulk.page", bulkId: job.id, ...counts });
    return counts;
  } catch (error) {
    if (!job || !isFinal(error)) throw error;
    return endFailed(ctx, job, page.length, error);
  }
}

/** Undefined also if somebody is about to abort it. */
async function takeJob(tx: Transaction): Promise<Job | undefined> {
  const job = await TAKE_JOB.first(tx, {});
  return job && (await TRY_LOCK.first(tx, { id: job.id }))?.isOurs ? job : undefined;
}

async function readPage(tx: Transaction, job: Job): Promise<Position[]> {
  const filter = readFilter(job);
  await checkPrefixes(tx, filter);
  const after = cursorToPosition({ bulk: job.id }, job.position);
  const { sql, values } = selectRequests(filter, { order: "oldest", after, limit: PAGE, failedUntil: job.cutoff });
  const { rows } = await tx.query<Position>(
    `SELECT "id", "requestedAt" FROM (${sql}) page ORDER BY "requestedAt", "id"`,
    values,
  );
  return rows;
}

function readFilter({ filter }: Job): RequestFilter {
  const result = bulkFilter.safeParse(filter);
  if (result.success) return result.data;
  throw new LiveDashError(
    "bulk_filter_unknown",
    "This version of LiveDash does not support the filter of this bulk requeue.",
  );
}

async function saveProgress(ctx: Context, tx: Transaction, job: Job, page: Position[], counts: Counts): Promise<void> {
  const last = page.at(-1);
  const isDone = isLast(page);
  await SAVE_PROGRESS.run(tx, {
    id: job.id,
    status: isDone ? "DONE" : "RUNNING",
    finishedAt: isDone ? ctx.clock.now() : null,
    requeued: counts.requeued,
    skipped: counts.skipped,
    position: last ? positionToCursor({ bulk: job.id }, last) : null,
  });
}

const isLast = (page: readonly Position[]) => page.length < PAGE;

/** What PostgreSQL would say of the same page again: bad data, a broken rule, an exception, our limit of time. */
const FINAL_STATE = /^(?:22|23|42|P0)...$|^57014$/;

function isFinal(error: unknown): boolean {
  return error instanceof LiveDashError || FINAL_STATE.test(codeOf(error) ?? "");
}

/** The rest waits for a person. If somebody else has moved on meanwhile, the fault was not final. */
async function endFailed(ctx: Context, job: Job, failed: number, error: unknown): Promise<Counts> {
  const ended = await END_FAILED.run(ctx.db, {
    id: job.id,
    now: ctx.clock.now(),
    failed,
    message: messageOf(error).slice(0, LONGEST_MESSAGE),
    position: job.position,
  });
  ctx.log.error({ event: "bulk.failed", bulkId: job.id, failed, error });
  return { requeued: 0, skipped: 0, failed: ended === 1 ? failed : 0 };
}

const TAKE_JOB = statement({
  sql: `SELECT "id", "filter", "cutoff", "position", "createdBy" FROM "BulkRequeue" WHERE "status" IN ${UNFINISHED}
         ORDER BY "createdAt", "id" LIMIT 1 FOR UPDATE SKIP LOCKED`,
  row: { id: text, filter: json<unknown>(), cutoff: timestamp, position: nullable(text), createdBy: text },
});

const TRY_LOCK = statement({
  sql: `SELECT pg_try_advisory_xact_lock(${JOB_LOCK}) AS "isOurs"`,
  params: { id: text },
  row: { isOurs: known(bool) },
});

const SAVE_PROGRESS = statement({
  sql: `UPDATE "BulkRequeue"
           SET "status" = $2, "finishedAt" = $3, "requeued" = "requeued" + $4, "skipped" = "skipped" + $5,
               "position" = COALESCE($6, "position")
         WHERE "id" = $1`,
  params: {
    id: text,
    status: oneOf("BulkRequeueStatus", BulkRequeueStatus),
    finishedAt: nullable(timestamp),
    requeued: int,
    skipped: int,
    position: nullable(text),
  },
});

const END_FAILED = statement({
  sql: `UPDATE "BulkRequeue" SET "status" = 'FAILED', "finishedAt" = $2, "failed" = "failed" + $3, "message" = $4
         WHERE "id" = $1 AND "status" IN ${UNFINISHED} AND "position" IS NOT DISTINCT FROM $5`,
  params: { id: text, now: timestamp, failed: int, message: text, position: nullable(text) },
});
