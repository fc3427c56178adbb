import { z } from "zod";
import type { Context } from "../../context.ts";
import { BulkRequeueStatus } from "../../db/enums.ts";
import { inTransaction, type Transaction } from "../../db/pool.ts";
import {
  int,
  json,
  known,
  nullable,
  oneOf,
  type RowOf,
  statement,
  text,
  textOf,
  timestamp,
} from "../../db/statement.ts";
import { codeOf, LiveDashError, messageOf } from "../../errors.ts";
import { defineKind, type HeldJob } from "../../jobs/job.ts";
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

const bulkJobInput = z.strictObject({ bulkId: z.string() });
type Held = HeldJob<z.output<typeof bulkJobInput>>;

/** Requeues what a filter finds, a page at a time. */
export const bulkRequeueJob = defineKind({
  name: "bulk-requeue",
  input: bulkJobInput,
  atOnce: 2,
  run: async (ctx, job) => {
    for (;;) {
      job.throwIfStopping();
      const counts = await runPage(ctx, job);
      if (!counts) break;
      ctx.log.info({ event: counts.isLast ? "bulk.done" : "bulk.page", bulkId: job.input.bulkId, ...counts });
      if (counts.isLast) return;
    }
    const bulk = await READ_END.first(ctx.db, { id: job.input.bulkId });
    if (bulk?.status === "FAILED") throw new LiveDashError("bulk_failed", bulk.message ?? "The bulk requeue failed.");
    if (bulk?.status !== "DONE") throw new LiveDashError("bulk_aborted", "The bulk requeue was aborted.");
  },
  ended: async (ctx, tx, { input }, end) => {
    if (end.state === "DONE") return;
    const message = end.state === "FAILED" ? end.message.slice(0, LONGEST_MESSAGE) : null;
    await END.run(tx, { id: input.bulkId, status: end.state, now: ctx.clock.now(), message });
  },
  retried: async (_, tx, { input }) => {
    await CONTINUE.run(tx, { id: input.bulkId });
  },
});

interface Counts {
  requeued: number;
  skipped: number;
  isLast: boolean;
}

type Bulk = RowOf<typeof TAKE>;

/**
 * Requeues one page. The page, the counts and the position are one transaction: broken off anywhere, the page was requeued
 * and counted, or neither. Undefined if the bulk requeue has ended.
 */
async function runPage(ctx: Context, job: Held): Promise<Counts | undefined> {
  let bulk: Bulk | undefined;
  let page: Position[] = [];
  try {
    return await inTransaction(ctx.db, async (tx) => {
      await tx.query(`SET LOCAL statement_timeout = ${PAGE_LIMIT_MS}; SET LOCAL lock_timeout = ${LOCK_LIMIT_MS}`);
      await TAKE_TURN.run(tx, { id: job.input.bulkId });
      bulk = await TAKE.first(tx, { id: job.input.bulkId });
      if (!bulk) return undefined;
      page = await readPage(tx, bulk);
      const ids = page.map(({ id }) => id);
      const { requeued } = await requeueFailed(
        tx,
        ids,
        { by: bulk.createdBy, at: ctx.clock.now(), bulkId: bulk.id },
        bulk.cutoff,
      );
      const counts = {
        requeued: requeued.length,
        skipped: ids.length - requeued.length,
        isLast: page.length < PAGE,
      };
      await saveProgress(ctx, tx, job, { bulk, page, counts });
      return counts;
    });
  } catch (error) {
    if (bulk && isFinal(error)) await noteFailure(ctx, bulk, page.length);
    throw isFinal(error) ? new LiveDashError("bulk_failed", messageOf(error), { cause: error }) : error;
  }
}

async function readPage(tx: Transaction, bulk: Bulk): Promise<Position[]> {
  const filter = readFilter(bulk);
  await checkPrefixes(tx, filter);
  const after = cursorToPosition({ bulk: bulk.id }, bulk.position);
  const page = { order: "oldest", after, limit: PAGE, failedUntil: bulk.cutoff } as const;
  return await selectRequests<Position>(
    tx,
    filter,
    page,
    (sql) => `SELECT "id", "requestedAt" FROM (${sql}) page ORDER BY "requestedAt", "id"`,
  );
}

function readFilter({ filter }: Bulk): RequestFilter {
  const result = bulkFilter.safeParse(filter);
  if (result.success) return result.data;
  throw new LiveDashError(
    "bulk_filter_unknown",
    "This version of LiveDash does not support the filter of this bulk requeue.",
  );
}

interface Done {
  bulk: Bulk;
  page: Position[];
  counts: Counts;
}

async function saveProgress(ctx: Context, tx: Transaction, job: Held, { bulk, page, counts }: Done): Promise<void> {
  const last = page.at(-1);
  const { requeued, skipped } = await SAVE_PROGRESS.one(tx, {
    id: bulk.id,
    status: counts.isLast ? "DONE" : "RUNNING",
    finishedAt: counts.isLast ? ctx.clock.now() : null,
    requeued: counts.requeued,
    skipped: counts.skipped,
    position: last ? positionToCursor({ bulk: bulk.id }, last) : null,
  });
  await job.progress(tx, { done: requeued + skipped, outcome: { requeued, skipped } });
}

/** What PostgreSQL would say of the same page again: bad data, a broken rule, an exception, our limit of time. */
const FINAL_STATE = /^(?:22|23|42|P0)...$|^57014$/;

function isFinal(error: unknown): boolean {
  return (error instanceof LiveDashError && !error.retryable) || FINAL_STATE.test(codeOf(error) ?? "");
}

/** The rest waits for a person. If somebody else has moved on meanwhile, the fault was not final. */
async function noteFailure(ctx: Context, { id, position }: Bulk, failed: number): Promise<void> {
  await NOTE_FAILURE.run(ctx.db, { id, failed, position });
}

const TAKE_TURN = statement({ sql: `SELECT pg_advisory_xact_lock(${JOB_LOCK})`, params: { id: text } });

const TAKE = statement({
  sql: `SELECT "id", "filter", "cutoff", "position", "createdBy" FROM "BulkRequeue"
         WHERE "id" = $1 AND "status" IN ${UNFINISHED} FOR UPDATE`,
  params: { id: text },
  row: { id: text, filter: json<unknown>(), cutoff: timestamp, position: nullable(text), createdBy: text },
});

const SAVE_PROGRESS = statement({
  sql: `UPDATE "BulkRequeue"
           SET "status" = $2, "finishedAt" = $3, "requeued" = "requeued" + $4, "skipped" = "skipped" + $5,
               "position" = COALESCE($6, "position")
         WHERE "id" = $1 RETURNING "requeued", "skipped"`,
  params: {
    id: text,
    status: oneOf("BulkRequeueStatus", BulkRequeueStatus),
    finishedAt: nullable(timestamp),
    requeued: int,
    skipped: int,
    position: nullable(text),
  },
  row: { requeued: int, skipped: int },
});

const NOTE_FAILURE = statement({
  sql: `UPDATE "BulkRequeue" SET "failed" = $2
         WHERE "id" = $1 AND "status" IN ${UNFINISHED} AND "position" IS NOT DISTINCT FROM $3`,
  params: { id: text, failed: int, position: nullable(text) },
});

const READ_END = statement({
  sql: `SELECT "status"::text AS "status", "message" FROM "BulkRequeue" WHERE "id" = $1`,
  params: { id: text },
  row: { status: known(textOf<BulkRequeueStatus>()), message: nullable(text) },
});

const END = statement({
  sql: `UPDATE "BulkRequeue" SET "status" = $2, "finishedAt" = $3, "message" = $4
         WHERE "id" = $1 AND "status" IN ${UNFINISHED}`,
  params: {
    id: text,
    status: oneOf("BulkRequeueStatus", BulkRequeueStatus),
    now: timestamp,
    message: nullable(text),
  },
});

const CONTINUE = statement({
  sql: `UPDATE "BulkRequeue" SET "status" = 'RUNNING', "finishedAt" = NULL, "message" = NULL, "failed" = 0
         WHERE "id" = $1 AND "status" IN ('FAILED', 'ABORTED')`,
  params: { id: text },
});
