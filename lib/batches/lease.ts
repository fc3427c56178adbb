import { after } from "../clock.ts";
import type { Context } from "../context.ts";
import type { Sql } from "../db/pool.ts";
import { arrayOf, int, statement, text, timestamp } from "../db/statement.ts";
import { LiveDashError } from "../errors.ts";
import { step } from "../step.ts";
import { BATCH, BATCH_COLUMNS, type Batch } from "./batch.ts";
import { OVER } from "./states.ts";

/** The right to work on a batch, for a time. Every write of its holder is guarded by the epoch. */
export interface Lease {
  readonly batchId: string;
  readonly epoch: number;
  /** Aborts when the lease is lost or the process is asked to stop. */
  readonly signal: AbortSignal;
}

/** Another worker holds the batch now, or it is over: what this one was about to write must not be written. */
export class LeaseLostError extends LiveDashError {
  constructor(batchId: string, epoch: number) {
    super("lease_lost", `The lease on batch ${batchId} (epoch ${epoch}) has expired or moved to another worker.`, {
      retryable: true,
    });
    this.name = "LeaseLostError";
  }
}

/** A column and its new value; values are bound, names come from the code. */
export type BatchChange = Partial<Record<BatchColumn, string | number | bigint | Date | null>>;
type BatchColumn =
  | "status"
  | "openaiBatchId"
  | "inputFileId"
  | "outputFileId"
  | "errorFileId"
  | "submittedAt"
  | "completedAt"
  | "processedAt"
  | "requestCount"
  | "byteSize"
  | "contentHash"
  | "analysisVersions"
  | "leaseOwner"
  | "leaseExpiresAt"
  | "notBefore"
  | "callFailures"
  | "failedCalls"
  | "failingSince"
  | "settlingSince"
  | "filesGivenUpIn"
  | "submissions"
  | "providerStatus"
  | "providerCounts"
  | "errors"
  | "errorCode"
  | "errorMessage"
  | "expiresAt"
  | "cancelAnsweredAt"
  | "appliedCount"
  | "failedCount"
  | "requeuedCount"
  | "estimatedTokens"
  | "promptTokens"
  | "linesWithoutUsage"
  | "estimatedCostEur"
  | "costEur";

/**
 * What a lease says of its holder: in an account that was added, its id and a slash come first, or the database would take the worker
 * for one that knows nothing of accounts. As SQL. @param provider of the batch, as SQL
 */
export const ownerOf = (worker: `$${number}`, provider: string): string =>
  `CASE WHEN EXISTS (SELECT 1 FROM "ProviderAccount" WHERE "id" = ${provider}) THEN ${provider} || '/' ELSE '' END || ${worker}::text`;
const OWNER = ownerOf("$1", `"AIBatchRequest"."provider"`);

/**
 * Takes the oldest batch of an account that is due and in nobody's hands, and raises its epoch: whoever held it before can write
 * no more. Batches of `except` are passed over. Undefined if there is none.
 */
export async function acquireLease(
  ctx: Context & { provider: { name: string } },
  except: readonly string[],
): Promise<Batch | undefined> {
  const given = { worker: ctx.worker, until: after(ctx.clock, ctx.config.BATCH_LEASE_DURATION), now: ctx.clock.now() };
  const provider = ctx.provider.name;
  return await step(ctx, "lease.acquire", () => ACQUIRE.first(ctx.db, { ...given, except, provider }));
}

const ACQUIRE = statement({
  sql: `UPDATE "AIBatchRequest" SET "epoch" = "epoch" + 1, "leaseOwner" = ${OWNER}, "leaseExpiresAt" = $2
         WHERE "id" = (SELECT "id" FROM "AIBatchRequest"
                        WHERE "status" NOT IN ${OVER} AND "id" <> ALL($4) AND "provider" = $5
                          AND ("leaseExpiresAt" IS NULL OR "leaseExpiresAt" <= $3)
                          AND ("notBefore" IS NULL OR "notBefore" <= $3)
                        ORDER BY "createdAt", "id" LIMIT 1 FOR UPDATE SKIP LOCKED)
        RETURNING ${BATCH_COLUMNS}`,
  params: { worker: text, until: timestamp, now: timestamp, except: arrayOf(text), provider: text },
  row: BATCH,
});

/** Takes this batch in the same way, due or not. Undefined if it is over or in somebody's hands. */
export async function takeLease(ctx: Context, batchId: string): Promise<Batch | undefined> {
  const now = ctx.clock.now();
  const until = after(ctx.clock, ctx.config.BATCH_LEASE_DURATION);
  return await step(ctx, "lease.acquire", () => TAKE.first(ctx.db, { worker: ctx.worker, batchId, until, now }));
}

const TAKE = statement({
  sql: `UPDATE "AIBatchRequest" SET "epoch" = "epoch" + 1, "leaseOwner" = ${OWNER}, "leaseExpiresAt" = $3
         WHERE "id" = $2 AND "status" NOT IN ${OVER} AND ("leaseExpiresAt" IS NULL OR "leaseExpiresAt" <= $4)
        RETURNING ${BATCH_COLUMNS}`,
  params: { worker: text, batchId: text, until: timestamp, now: timestamp },
  row: BATCH,
});

/**
 * Writes to a batch if the lease still holds.
 * @throws LeaseLostError
 */
export async function updateBatch(sql: Sql, lease: Lease, change: BatchChange): Promise<void> {
  const columns = Object.keys(change);
  const assignments = columns.map((column, index) => `"${column}" = $${index + 3}`).join(", ");
  // A batch that is over is in nobody's hands: whoever ended it and lost the reply must not write an error over its end.
  const { rowCount } = await sql.query(
    `UPDATE "AIBatchRequest" SET ${assignments} WHERE "id" = $1 AND "epoch" = $2 AND "status" NOT IN ${OVER}`,
    [lease.batchId, lease.epoch, ...Object.values(change)],
  );
  if (rowCount === 0) throw new LeaseLostError(lease.batchId, lease.epoch);
}

/**
 * Locks the batch row for the rest of the transaction, if the lease still holds.
 * @throws LeaseLostError
 */
export async function assertLease(tx: Sql, { batchId, epoch }: Lease): Promise<void> {
  if ((await LOCK.run(tx, { batchId, epoch })) === 0) throw new LeaseLostError(batchId, epoch);
}

const LOCK = statement({
  sql: `SELECT 1 FROM "AIBatchRequest" WHERE "id" = $1 AND "epoch" = $2 FOR NO KEY UPDATE`,
  params: { batchId: text, epoch: int },
});

/**
 * The same, and renews the lease: work in long transactions, one after the other, would keep a renewal from outside waiting.
 * @throws LeaseLostError
 */
export async function holdLease(ctx: Context, tx: Sql, lease: Lease): Promise<void> {
  await updateBatch(tx, lease, { leaseExpiresAt: after(ctx.clock, ctx.config.BATCH_LEASE_DURATION) });
}

/**
 * That there is such a batch at all: a database that was set back may have forgotten it.
 * @throws LeaseLostError
 */
export async function assertKnown(sql: Sql, { batchId, epoch }: Lease): Promise<void> {
  if ((await FIND.run(sql, { batchId })) === 0) throw new LeaseLostError(batchId, epoch);
}

const FIND = statement({ sql: `SELECT 1 FROM "AIBatchRequest" WHERE "id" = $1`, params: { batchId: text } });

/** Does the work of a lease holder: renews the lease while it goes on, and hands it back at its end, however it ends. */
export async function withLease<T>(
  ctx: Context,
  held: { id: string; epoch: number },
  work: (lease: Lease) => Promise<T>,
): Promise<T> {
  const lost = new AbortController();
  const done = new AbortController();
  const lease: Lease = {
    batchId: held.id,
    epoch: held.epoch,
    signal: AbortSignal.any([lost.signal, ctx.stopping]),
  };
  const renewing = keepRenewing(ctx, lease, done.signal).catch((error) => lost.abort(error));
  try {
    return await work(lease);
  } finally {
    done.abort();
    await renewing;
    await handBack(ctx, lease);
  }
}

async function keepRenewing(ctx: Context, lease: Lease, done: AbortSignal): Promise<void> {
  const pause = ctx.config.BATCH_LEASE_DURATION / 3;
  for (;;) {
    await ctx.clock.sleep(pause, done);
    if (done.aborted) return;
    try {
      await renewLease(ctx, lease);
    } catch (error) {
      if (error instanceof LeaseLostError) throw error;
      // The database did not answer: the next turn tries again, and the guard on every write stays.
      ctx.log.warn({ event: "lease.renewal_failed", batchId: lease.batchId, epoch: lease.epoch, error });
    }
  }
}

export async function renewLease(ctx: Context, lease: Lease): Promise<void> {
  const leaseExpiresAt = after(ctx.clock, ctx.config.BATCH_LEASE_DURATION);
  await step(ctx, "lease.renew", () => updateBatch(ctx.db, lease, { leaseExpiresAt }));
}

async function handBack(ctx: Context, lease: Lease): Promise<void> {
  try {
    await step(ctx, "lease.hand_back", () => updateBatch(ctx.db, lease, { leaseOwner: null, leaseExpiresAt: null }));
  } catch (error) {
    if (!(error instanceof LeaseLostError)) {
      ctx.log.warn({ event: "lease.not_handed_back", batchId: lease.batchId, epoch: lease.epoch, error });
    }
  }
}
