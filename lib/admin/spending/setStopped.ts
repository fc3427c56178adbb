import { z } from "zod";
import { time } from "../../api/fields.ts";
import { type Acting, audit } from "../../api/operation.ts";
import type { Context } from "../../context.ts";
import { inTransaction, type Sql } from "../../db/pool.ts";
import { liftSpendingStop, readSpendingStop, recordSpendingStop, waitForCreates } from "../../throttle/spendingStop.ts";

export const stopped = z
  .object({ by: z.string().nullable(), reason: z.string(), since: time })
  .nullable()
  .meta({ description: "Null while spending is not stopped." });

export type Stopped = z.input<typeof stopped>;

export async function readStopped(sql: Sql): Promise<Stopped> {
  const stop = await readSpendingStop(sql);
  return stop ? { by: stop.stoppedBy, reason: stop.reason, since: stop.stoppedAt } : null;
}

/** The stop in a sentence, for people who read text. */
export function sayStopped({ by, reason, since }: NonNullable<Stopped>): string {
  return `${by ?? "Someone"} stopped all spending at ${since.toISOString()}: ${reason}. Nothing new is sent; results of running batches are still collected.`;
}

/**
 * Stops all spending. When it answers, nothing new is sent any more: it waits for creates that were under way, and
 * `settled` says whether all of them came to their end. Asked for a second time it changes nothing, and records nothing.
 */
export async function stopAllSpending(
  ctx: Context & Acting,
  reason: string,
): Promise<{ changed: boolean; settled: boolean; stopped: Stopped }> {
  const stop = { stoppedAt: ctx.clock.now(), stoppedBy: ctx.actor.name, reason };
  const changed = await inTransaction(ctx.db, async (tx) => {
    const isNew = await recordSpendingStop(tx, stop);
    if (isNew) await audit(ctx, tx, { action: "spending.stop", outcome: "done", details: { reason } });
    return isNew;
  });
  if (changed) ctx.log.warn({ event: "spending.stopped", by: ctx.actor.name, reason });
  const settled = await waitForCreates(ctx);
  if (!settled) ctx.log.warn({ event: "spending.create_under_way" });
  return { changed, settled, stopped: await readStopped(ctx.db) };
}

/** Lets spending go on. Asked for a second time it changes nothing, and records nothing. */
export async function resumeAllSpending(
  ctx: Context & Acting,
  reason: string,
): Promise<{ changed: boolean; stopped: Stopped }> {
  const changed = await inTransaction(ctx.db, async (tx) => {
    const wasStopped = await liftSpendingStop(tx);
    if (wasStopped) await audit(ctx, tx, { action: "spending.resume", outcome: "done", details: { reason } });
    return wasStopped;
  });
  if (changed) ctx.log.warn({ event: "spending.resumed", by: ctx.actor.name, reason });
  return { changed, stopped: await readStopped(ctx.db) };
}
