import { OVER } from "../batches/states.ts";
import { after } from "../clock.ts";
import type { PipelineContext } from "../context.ts";
import type { Sql, Transaction } from "../db/pool.ts";
import { int, known, statement, text, timestamp } from "../db/statement.ts";

const HOUR_MS = 3_600_000;

/** How many batches may be created in an account within an hour: as configured, else as the provider says; infinite without limit. */
export function mostPerHour({ config, provider }: Pick<PipelineContext, "config" | "provider">): number {
  return (config.BATCH_MAX_PER_HOUR ?? provider.capabilities.batchesPerHour) || Number.POSITIVE_INFINITY;
}

/** How many more batches may be claimed in an account now. Those that are to be created yet count as created. */
async function findRoomOfHour(ctx: PipelineContext, sql: Sql): Promise<number> {
  const most = mostPerHour(ctx);
  if (most === Number.POSITIVE_INFINITY) return most;
  const counted = await COUNT.first(sql, { provider: ctx.provider.name, since: after(ctx.clock, -HOUR_MS) });
  return Math.max(0, most - (counted?.batches ?? 0));
}

/**
 * How many batches a round may create at most: its interval's part of the hour. Otherwise a thousand companies would spend the hour's batches
 * on small files in two rounds, and then wait. What makes full files never comes near it: to write one takes seconds.
 * @param atLeast however short the interval is
 */
export async function findShareOfRound(ctx: PipelineContext, atLeast: number): Promise<number> {
  const share = Math.floor((mostPerHour(ctx) * ctx.config.BATCH_CREATION_INTERVAL) / HOUR_MS);
  return Math.min(Math.max(atLeast, share), await findRoomOfHour(ctx, ctx.db));
}

/** The room of the hour for a transaction that claims a batch: others of the account wait until it ends, so that no two take the last. */
export async function lockRoomOfHour(ctx: PipelineContext, tx: Transaction): Promise<number> {
  if (mostPerHour(ctx) !== Number.POSITIVE_INFINITY) await LOCK.run(tx, { provider: ctx.provider.name });
  return await findRoomOfHour(ctx, tx);
}

const LOCK = statement({
  sql: `SELECT pg_advisory_xact_lock(hashtextextended('batches-of-hour/' || $1, 0))`,
  params: { provider: text },
});

const COUNT = statement({
  sql: `SELECT (SELECT count(*) FROM "AIBatchRequest" WHERE "provider" = $1 AND "submittedAt" > $2)::int
             + (SELECT count(*) FROM "AIBatchRequest"
                 WHERE "provider" = $1 AND "submittedAt" IS NULL AND "status" NOT IN ${OVER})::int AS "batches"`,
  params: { provider: text, since: timestamp },
  row: { batches: known(int) },
});
