import type { Batch } from "../batches/batch.ts";
import { acquireLease } from "../batches/lease.ts";
import { OVER } from "../batches/states.ts";
import { noticeStuck } from "../batches/stuck.ts";
import type { PipelineContext } from "../context.ts";
import { statement, text, timestamp } from "../db/statement.ts";
import { isCopied, mayWork } from "../installation/lookForCopies.ts";
import { workOnGivenUp } from "./giveUp.ts";
import { type Listed, listInFlight } from "./poll/listInFlight.ts";
import { pollBatch } from "./poll/pollBatch.ts";
import { recoverBatch } from "./recover/recoverBatch.ts";
import { type WorkResult, workOnBatch } from "./workOnBatch.ts";

/** So many batches at a time: their calls overlap, and each collects within its own bounded memory. */
const CONCURRENCY = 3;

/**
 * One round over all batches of an account that are not over and in nobody's hands: those known to the provider are polled and, when
 * they are over there, collected; those whose submission was broken off are recovered. What is stuck then is logged. None of
 * it in a copy: what its batches bring is for the database that sent them, and would be counted, and deleted, by both.
 */
export async function batchPoller(ctx: PipelineContext): Promise<{ visited: number; failed: number }> {
  const visited: string[] = [];
  let failed = 0;
  if ((await isCopied(ctx, "polling")) || !(await isAnyDue(ctx)) || !(await mayWork(ctx, "polling"))) {
    return { visited: 0, failed };
  }
  const listed = await listInFlight(ctx);
  // A lease that was asked for before another batch was noted would be one on that batch, if it has been handed back by then.
  const takeNext = inTurn(async () => {
    const batch = await acquireLease(ctx, visited);
    if (batch) visited.push(batch.id);
    return batch;
  });
  const takeTurns = async () => {
    while (!ctx.stopping.aborted) {
      const batch = await takeNext();
      if (!batch) return;
      const result = await visit(ctx, batch, listed);
      if (result.kind === "failed") failed++;
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, takeTurns));
  if (!ctx.stopping.aborted) await noticeStuck(ctx);
  return { visited: visited.length, failed };
}

/** The same, but each call begins when the one before has ended, however it did. */
function inTurn<T>(call: () => Promise<T>): () => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return () => {
    const next = last.then(call, call);
    last = next;
    return next;
  };
}

/** Asked before a lease is taken: that raises the epoch, by which a database that was set back would be known. */
async function isAnyDue(ctx: PipelineContext): Promise<boolean> {
  return (await FIND_DUE.run(ctx.db, { now: ctx.clock.now(), provider: ctx.provider.name })) > 0;
}

const FIND_DUE = statement({
  sql: `SELECT 1 FROM "AIBatchRequest"
         WHERE "status" NOT IN ${OVER} AND ("notBefore" IS NULL OR "notBefore" <= $1) AND "provider" = $2 LIMIT 1`,
  params: { now: timestamp, provider: text },
});

function visit(ctx: PipelineContext, batch: Batch, listed: Listed): Promise<WorkResult> {
  const { openaiBatchId } = batch;
  if (batch.givenUpAt !== null) return workOnBatch(ctx, batch, (lease) => workOnGivenUp(ctx, lease, batch));
  return workOnBatch(ctx, batch, (lease) =>
    openaiBatchId === null
      ? recoverBatch(ctx, lease, batch)
      : pollBatch(ctx, lease, batch, openaiBatchId, listed.get(openaiBatchId)),
  );
}
