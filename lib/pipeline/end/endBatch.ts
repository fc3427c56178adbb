import { assertLease, type BatchChange, type Lease, updateBatch } from "../../batches/lease.ts";
import { readLeftFiles } from "../../batches/leftFiles.ts";
import type { TerminalStatus } from "../../batches/states.ts";
import type { Context, PipelineContext } from "../../context.ts";
import { NO_PRICE } from "../../costs/price.ts";
import { inTransaction, type Transaction } from "../../db/pool.ts";
import { int, known, numeric, type RowOf, statement, text } from "../../db/statement.ts";
import { LiveDashError } from "../../errors.ts";
import { FAILURES, type FailureCode } from "../../failures.ts";
import { recordFailures } from "../../requests/recordFailures.ts";
import { listWaiting, lockWaiting } from "../../requests/requestOutcomes.ts";
import { step } from "../../step.ts";
import { deleteProviderFiles } from "./deleteProviderFiles.ts";

const CHUNK = 2_000;

/**
 * Sends back, or fails, every request that still waits for a result of this batch: all for the same reason.
 * @param fileLines how many lines its file had, if it was refused as a whole
 */
export async function releaseWaiting(
  ctx: Context,
  lease: Lease,
  code: FailureCode,
  message: string = FAILURES[code].meaning,
  fileLines?: number,
): Promise<void> {
  for (;;) {
    const released = await step(ctx, "collect.release", () =>
      inTransaction(ctx.db, async (tx) => {
        await assertLease(tx, lease);
        const waiting = await listWaiting(tx, lease.batchId, CHUNK);
        const requests = await lockWaiting(tx, lease.batchId, waiting);
        const failures = requests.map((request) => ({ request, code, message, usage: null, fileLines }));
        await recordFailures(ctx, tx, lease.batchId, failures, NO_PRICE);
        return waiting.length;
      }),
    );
    if (released === 0) return;
  }
}

/** A batch that ended with requests in it would strand them: better that it is looked at once more. */
async function assertNoneWaiting(tx: Transaction, batchId: string): Promise<void> {
  const waiting = await listWaiting(tx, batchId, 1);
  if (waiting.length === 0) return;
  throw new LiveDashError("lines_unaccounted", `Batch ${batchId} still has requests waiting for a result.`, {
    retryable: true,
  });
}

/** The final status of a batch, and whatever the provider said of its end. */
type End = BatchChange & { status: TerminalStatus };

/**
 * Closes a batch of which every line is accounted for, with what became of them, and deletes its files at the provider.
 * @param also what else belongs to the end, in its transaction
 */
export async function endBatch(
  ctx: PipelineContext,
  lease: Lease,
  change: End,
  also?: (tx: Transaction) => Promise<void>,
): Promise<void> {
  await closeBatch(ctx, lease, change, also);
  const left = await readLeftFiles(ctx.db, lease.batchId);
  if (left) await deleteProviderFiles(ctx, left);
}

/** The same, and its files stay at the provider. */
export async function closeBatch(
  ctx: Context,
  lease: Lease,
  change: End,
  also?: (tx: Transaction) => Promise<void>,
): Promise<void> {
  const counts = await step(ctx, "end", () =>
    inTransaction(ctx.db, async (tx) => {
      await assertLease(tx, lease);
      await assertNoneWaiting(tx, lease.batchId);
      const { applied, failed, requeued, ...used } = (await COUNT.first(tx, { batchId: lease.batchId })) ?? NOTHING;
      await updateBatch(tx, lease, {
        ...change,
        processedAt: ctx.clock.now(),
        appliedCount: applied,
        failedCount: failed,
        requeuedCount: requeued,
        ...used,
        leaseOwner: null,
        leaseExpiresAt: null,
        notBefore: null,
      });
      await also?.(tx);
      return { applied, failed, requeued, ...used };
    }),
  );
  ctx.log.info({ event: "batch.over", batchId: lease.batchId, status: change.status, ...counts });
}

const COUNT = statement({
  sql: `SELECT count(*) FILTER (WHERE "outcome" = 'APPLIED')::int AS "applied",
               count(*) FILTER (WHERE "outcome" = 'FAILED')::int AS "failed",
               count(*) FILTER (WHERE "outcome" = 'REQUEUED')::int AS "requeued",
               LEAST(COALESCE(sum("promptTokens"), 0), 2147483647)::int AS "promptTokens",
               count(*) FILTER (WHERE "promptTokens" IS NULL OR "completionTokens" IS NULL)::int AS "linesWithoutUsage",
               COALESCE(sum("costEur"), 0) AS "costEur"
          FROM "AIRequestAttempt" WHERE "batchId" = $1`,
  params: { batchId: text },
  row: {
    applied: known(int),
    failed: known(int),
    requeued: known(int),
    promptTokens: known(int),
    linesWithoutUsage: known(int),
    costEur: known(numeric),
  },
});

const NOTHING: RowOf<typeof COUNT> = {
  applied: 0,
  failed: 0,
  requeued: 0,
  promptTokens: 0,
  linesWithoutUsage: 0,
  costEur: "0",
};
