import { type Acting, audit } from "../../api/operation.ts";
import type { Lease } from "../../batches/lease.ts";
import { OVER } from "../../batches/states.ts";
import { seizeOldest } from "../../batches/takeOver.ts";
import type { Context } from "../../context.ts";
import { inTransaction } from "../../db/pool.ts";
import { int, known, statement } from "../../db/statement.ts";
import { FAILURES } from "../../failures.ts";
import { openInstallation, settleInstallation } from "../../installation/installation.ts";
import { closeBatch, releaseWaiting } from "../../pipeline/end/endBatch.ts";
import { WAITING } from "../../requests/states.ts";
import { step } from "../../step.ts";
import { standStill } from "./standStill.ts";

/** What detaching comes to, or would come to. */
export interface Detachment {
  /** The installation that it was a copy of; null where it cannot be told from this one. */
  from: string;
  /** Batches in flight that are forgotten, with their requests: these go back, and are bought anew. */
  batches: number;
  requests: number;
  /** Requests that wait in any case. */
  pending: number;
}

/** What detachCopy would do. Changes nothing. */
export async function planDetachment(ctx: Context): Promise<Detachment> {
  const { id } = await openInstallation(ctx);
  return { from: id, ...(await COUNT.one(ctx.db, {})) };
}

const COUNT = statement({
  sql: `SELECT (SELECT count(*)::int FROM "AIBatchRequest" WHERE "status" NOT IN ${OVER}) AS "batches",
               count(*) FILTER (WHERE "processingStatus" = 'BATCHING_IN_PROGRESS')::int AS "requests",
               count(*) FILTER (WHERE "processingStatus" = 'PENDING_BATCHING')::int AS "pending"
          FROM "AIProcessingRequest" WHERE "processingStatus" IN ${WAITING}`,
  row: { batches: known(int), requests: known(int), pending: known(int) },
});

/**
 * Makes this database an installation of its own, beside the one that it is a copy of. It forgets what is in flight and never
 * touches what bears the old id: that belongs to the other one. Can be run again where it broke off.
 */
export async function detachCopy(ctx: Context & Acting): Promise<Detachment> {
  const installation = await standStill(ctx);
  const detachment = await planDetachment(ctx);
  for (let lease = await seizeNext(ctx); lease; lease = await seizeNext(ctx)) {
    ctx.stopping.throwIfAborted();
    await releaseWaiting(ctx, lease, "batch_detached");
    const errorMessage = FAILURES.batch_detached.meaning;
    await closeBatch(ctx, lease, { status: "CANCELLED", errorCode: "batch_detached", errorMessage });
  }
  await step(ctx, "detach.finish", () =>
    inTransaction(ctx.db, async (tx) => {
      const { checkedUntil } = installation;
      const own = { id: ctx.newId(), generation: 1, checkedUntil, detachedAt: ctx.clock.now() };
      await settleInstallation(tx, installation, own);
      const target = { type: "installation", id: own.id };
      await audit(ctx, tx, { action: "installation.detach", outcome: "done", target, details: { ...detachment } });
    }),
  );
  ctx.log.warn({ event: "installation.detached", ...detachment });
  return detachment;
}

/** Takes the next batch that is not over from whoever holds it. */
async function seizeNext(ctx: Context): Promise<Lease | undefined> {
  const seized = await step(ctx, "detach.seize", () => seizeOldest(ctx));
  return seized && { batchId: seized.id, epoch: seized.epoch, signal: ctx.stopping };
}
