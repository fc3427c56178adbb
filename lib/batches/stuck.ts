import { disabledReason } from "../accounts/disabled.ts";
import type { Context } from "../context.ts";
import { step } from "../step.ts";
import type { Batch } from "./batch.ts";
import { LIVE, NOT_BEGUN } from "./states.ts";

const FAILED_CALLS = 10;
const FAILING_MS = 3_600_000;
const SETTLE_TIMES = 10;

/** Why a batch is stuck: it will not move on by itself, or has not for long. */
const MEANINGS = {
  past_expiry: "It has passed its expiry time without ending",
  settling: `It has been settling for more than ${SETTLE_TIMES} times BATCH_SETTLE_TIME`,
  calls_failing: "Calls about it keep failing",
  not_begun: "It has not been started for more than a day",
  overdue:
    "It has no expiry time, and has not ended for more than a week, or has not been collected an hour after its end",
} as const;

type StuckReason = keyof typeof MEANINGS;

export const STUCK_REASONS = Object.keys(MEANINGS) as [StuckReason];

export interface Stuck {
  reason: StuckReason;
  /** The reason in plain text. */
  message: string;
  /** When it expired, first had a failed call, began settling, or was sent. */
  since: Date;
  /** The provider's last status and the error of the last failed call. */
  lastWords: string | null;
}

/** What `stuckColumns` selects, and the columns of a batch that hold what the provider said. */
export interface StuckColumns {
  stuckReason: StuckReason | null;
  stuckFrom: Date | null;
  failedCalls: number;
  providerStatus: string | null;
  providerCounts: { total: number; completed: number; failed: number } | null;
  errorMessage: string | null;
}

/**
 * The one place that says what is stuck: SQL that gives the reason of a batch `b`, or NULL. Results that came in after the
 * expiry are given an hour to be collected; a batch that was given up waits until its time, as somebody has decided.
 * @param now SQL for the time that it is now
 */
export function stuckReason({ config }: Pick<Context, "config">, b: string, now: string): string {
  const settled = `${now} - interval '${SETTLE_TIMES * config.BATCH_SETTLE_TIME} ms'`;
  return `CASE
    WHEN ${b}."status" NOT IN ${LIVE} OR ${b}."requeueAt" > ${now} THEN NULL
    WHEN ${b}."expiresAt" < ${now}
     AND (${b}."status" <> 'COMPLETED' OR ${b}."completedAt" < ${now} - interval '1 hour') THEN 'past_expiry'
    WHEN ${b}."settlingSince" < ${settled} AND ${config.BATCH_SETTLE_TIME} > 0 THEN 'settling'
    WHEN GREATEST(${b}."failedCalls", ${b}."callFailures") >= ${FAILED_CALLS}
      OR ${b}."failingSince" <= ${now} - interval '${FAILING_MS} ms' THEN 'calls_failing'
    WHEN ${b}."status" IN ${NOT_BEGUN}
     AND COALESCE(${b}."submittedAt", ${b}."createdAt") < ${now} - interval '1 day'
     AND (${b}."openaiBatchId" IS NOT NULL OR NOT EXISTS (SELECT 1 FROM "SpendingStop")
       AND ${disabledReason(`${b}."provider"`)} IS NULL) THEN 'not_begun'
    WHEN ${b}."expiresAt" IS NULL AND (${b}."submittedAt" < ${now} - interval '7 days'
      OR ${b}."status" = 'COMPLETED' AND ${b}."completedAt" < ${now} - interval '1 hour') THEN 'overdue'
  END`;
}

/** The part of it that a failed call asks about at once: whether this one makes them too many, or too long. */
export function haveCallsFailed(
  ctx: Pick<Context, "clock">,
  batch: Pick<Batch, "failedCalls" | "failingSince">,
): boolean {
  const since = batch.failingSince ?? ctx.clock.now();
  return batch.failedCalls + 1 >= FAILED_CALLS || ctx.clock.now().getTime() - since.getTime() >= FAILING_MS;
}

/** Columns of a batch `b` from which `describeStuck` says whether it is stuck. */
export function stuckColumns(ctx: Pick<Context, "config">, b: string, now: string): string {
  const reason = stuckReason(ctx, b, now);
  return `${reason} AS "stuckReason",
    CASE ${reason} WHEN 'past_expiry' THEN ${b}."expiresAt" WHEN 'settling' THEN ${b}."settlingSince"
      WHEN 'calls_failing' THEN COALESCE(${b}."failingSince", ${b}."createdAt")
      WHEN 'not_begun' THEN COALESCE(${b}."submittedAt", ${b}."createdAt")
      WHEN 'overdue' THEN COALESCE(${b}."completedAt", ${b}."submittedAt") END AS "stuckFrom",
    GREATEST(${b}."failedCalls", ${b}."callFailures") AS "failedCalls"`;
}

export function describeStuck(row: StuckColumns): Stuck | null {
  const { stuckReason: reason, stuckFrom: since, failedCalls } = row;
  if (!reason || !since) return null;
  const times = reason === "calls_failing" ? `: ${failedCalls} times in a row` : "";
  return { reason, message: `${MEANINGS[reason]}${times}.`, since, lastWords: lastWordsOf(row) };
}

function lastWordsOf({ providerStatus, providerCounts, errorMessage }: StuckColumns): string | null {
  const { completed = 0, failed = 0, total = 0 } = providerCounts ?? {};
  const counts = total > 0 ? `, ${completed + failed} of ${total} lines done` : "";
  const words = [providerStatus && `"${providerStatus}"${counts}`, errorMessage].filter(Boolean);
  return words.length > 0 ? words.join("; then: ") : null;
}

/** Logs batches that have become stuck, each once, and those that move on again. Passes over what is in a worker's hands. */
export async function noticeStuck(ctx: Context): Promise<void> {
  const reason = stuckReason(ctx, "b", "$1::timestamptz");
  const { rows } = await step(ctx, "stuck.notice", () =>
    ctx.db.query<StuckColumns & { id: string; openaiBatchId: string | null }>(
      `WITH changed AS (
         SELECT b."id" FROM "AIBatchRequest" b
          WHERE b."status" IN ${LIVE} AND (b."leaseExpiresAt" IS NULL OR b."leaseExpiresAt" <= $1)
            AND (b."stuckSince" IS NULL) = (${reason} IS NOT NULL)
            FOR NO KEY UPDATE SKIP LOCKED)
       UPDATE "AIBatchRequest" b SET "stuckSince" = CASE WHEN ${reason} IS NOT NULL THEN $1::timestamptz END
         FROM changed WHERE b."id" = changed."id"
       RETURNING b."id", b."openaiBatchId", b."providerStatus", b."providerCounts", b."errorMessage",
                 ${stuckColumns(ctx, "b", "$1::timestamptz")}`,
      [ctx.clock.now()],
    ),
  );
  for (const row of rows) {
    const stuck = describeStuck(row);
    const batch = { batchId: row.id, openaiBatchId: row.openaiBatchId };
    if (stuck) ctx.log.error({ event: "batch.stuck", ...batch, ...stuck });
    else ctx.log.info({ event: "batch.moves_on", ...batch });
  }
}
