import type { Context } from "../context.ts";
import type { Sql } from "../db/pool.ts";
import { nullable, statement, text, timestamp } from "../db/statement.ts";

const LONGEST_PAUSE_MS = 3_600_000;

/** Times of a stop, of the account or of a model. */
export interface StopTimes {
  stoppedAt: Date;
  /** When it was met last. */
  seenAt: Date;
  /** When somebody last asked to try it at once. */
  wantedAt: Date | null;
  /** When the batch was sent that met it last; null where a call met it. */
  lastSentAt: Date | null;
}

/**
 * From when on a small batch may try whether a stop can be lifted: at first with the next round, then after a pause as long
 * as the stop has lasted so far. So pauses double, up to an hour. A trial that was asked for is not made by one that was sent before.
 */
export function nextTrialAt({ stoppedAt, seenAt, wantedAt, lastSentAt }: StopTimes): Date {
  if (wantedAt && (lastSentAt ? wantedAt > lastSentAt : wantedAt >= seenAt)) return wantedAt;
  const lasted = Math.max(0, seenAt.getTime() - stoppedAt.getTime());
  return new Date(seenAt.getTime() + Math.min(lasted, LONGEST_PAUSE_MS));
}

/** When it is tried next, for people who read text. */
export function sayNextTrial({ nextTrialAt }: { nextTrialAt: Date }): string {
  return `LiveDash tries again with a small batch after ${nextTrialAt.toISOString()}. To try now, run \`livedash try-now\`.`;
}

/** Has the stop of the account tried with the next round. Answers how many there are. */
export async function tryAccountNow(ctx: Pick<Context, "clock">, sql: Sql): Promise<number> {
  return await TRY_ACCOUNT.run(sql, { now: ctx.clock.now() });
}

const TRY_ACCOUNT = statement({ sql: `UPDATE "ProviderStop" SET "wantedAt" = $1`, params: { now: timestamp } });

/** The same for stopped models, or for one of them. */
export async function tryModelsNow(ctx: Pick<Context, "clock">, sql: Sql, model?: string): Promise<number> {
  return await TRY_MODELS.run(sql, { now: ctx.clock.now(), model: model ?? null });
}

const TRY_MODELS = statement({
  sql: `UPDATE "ModelStop" SET "wantedAt" = $1 WHERE "stoppedAt" IS NOT NULL AND ($2::text IS NULL OR "model" = $2)`,
  params: { now: timestamp, model: nullable(text) },
});
