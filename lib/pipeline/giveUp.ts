import { type Batch, readBatch } from "../batches/batch.ts";
import { lockToGiveUp, recordGivenUp } from "../batches/giveUp.ts";
import { type Lease, takeLease, updateBatch } from "../batches/lease.ts";
import { haveCallsFailed } from "../batches/stuck.ts";
import { askTime } from "../clock.ts";
import type { PipelineContext } from "../context.ts";
import { inTransaction, type Transaction } from "../db/pool.ts";
import { LiveDashError } from "../errors.ts";
import { atProvider } from "../installation/atProvider.ts";
import { ProviderError } from "../providers/contract/errors.ts";
import { step } from "../step.ts";
import { isDue, letGo, requeueTime } from "./end/letGo.ts";
import { pollBatch } from "./poll/pollBatch.ts";
import { recoverBatch } from "./recover/recoverBatch.ts";
import { workOnBatch } from "./workOnBatch.ts";

/** What a person decides about a batch that does not end. */
export interface GiveUp {
  by: string | null;
  reason: string;
  /** They confirmed that lines may be bought twice, so as not to wait. */
  requeueNow: boolean;
}

/** Results that cannot be had. */
const NOT_HAD: ReadonlySet<string> = new Set(["download_cut", "download_unreadable", "result_file_not_found"]);

/**
 * Gives a batch up: writes down the decision, and does at once what can be done of it. What is left is for the poller; so is all of
 * it while the batch is in a worker's hands. Answers whether this changed anything: not if the batch is over, or was given
 * up before in the same way.
 * @param also what else belongs to the decision, in its transaction
 */
export async function giveUpBatch(
  ctx: PipelineContext,
  batchId: string,
  giveUp: GiveUp,
  also: (tx: Transaction, requeueAt: Date) => Promise<void>,
): Promise<boolean> {
  const now = await askTime(ctx.clock);
  const isNew = await step(ctx, "giveup.mark", () =>
    inTransaction(ctx.db, (tx) => mark(ctx, tx, batchId, now, giveUp, also)),
  );
  if (!isNew) return false;
  const { by, reason, requeueNow } = giveUp;
  ctx.log.warn({ event: "batch.given_up", batchId, by, reason, requeueNow });
  const batch = await takeLease(ctx, batchId);
  if (batch) await workOnBatch(ctx, batch, (lease) => workOnGivenUp(ctx, lease, batch));
  return true;
}

async function mark(
  ctx: PipelineContext,
  tx: Transaction,
  batchId: string,
  now: Date,
  { by, reason, requeueNow }: GiveUp,
  also: (tx: Transaction, requeueAt: Date) => Promise<void>,
): Promise<boolean> {
  if (!(await lockToGiveUp(tx, batchId, requeueNow))) return false;
  const requeueAt = requeueNow ? now : requeueTime(ctx, now, await readBatch(tx, batchId));
  await recordGivenUp(tx, batchId, { at: now, by, reason, requeueAt, requeueConfirmed: requeueNow });
  await also(tx, requeueAt);
  return true;
}

/**
 * Looks at a batch that was given up: cancels it, once, asks for it, and applies what there is. When its time has come, what
 * has no answer goes back, whatever the provider says, and if it says nothing.
 */
export async function workOnGivenUp(ctx: PipelineContext, lease: Lease, batch: Batch): Promise<void> {
  const askedAt = ctx.clock.now();
  try {
    if (batch.openaiBatchId === null) return await recoverBatch(ctx, lease, batch);
    await cancelOnce(ctx, lease, batch, batch.openaiBatchId);
    await pollBatch(ctx, lease, batch, batch.openaiBatchId);
  } catch (error) {
    if (!(await mayLetGo(ctx, lease, batch, { error, askedAt }))) throw error;
    ctx.log.warn({ event: "batch.let_go", batchId: batch.id, openaiBatchId: batch.openaiBatchId, error });
    await letGo(ctx, lease, batch);
  }
}

/** A refusal is an answer, as is the cancel itself; without one it is asked again at the next poll. */
async function cancelOnce(ctx: PipelineContext, lease: Lease, batch: Batch, openaiBatchId: string): Promise<void> {
  if (batch.cancelAnsweredAt !== null || batch.status === "COMPLETED") return;
  if (ctx.provider.capabilities.cancelTakesMs === null) return;
  try {
    const { word } = await atProvider(ctx, "giveup.cancel", () => ctx.provider.cancelBatch(openaiBatchId));
    ctx.log.info({ event: "batch.cancel_taken", batchId: batch.id, openaiBatchId, providerStatus: word });
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    ctx.log.warn({ event: "batch.cancel_refused", batchId: batch.id, openaiBatchId, error });
    if (!error.isFinal) return;
  }
  const answered = { cancelAnsweredAt: ctx.clock.now() };
  await step(ctx, "giveup.record_cancel", () => updateBatch(ctx.db, lease, answered));
}

/**
 * Whether what could not be had now will not be waited for. One failure may be over in a minute: only who has confirmed that
 * lines may be bought twice does not wait for that, unless the provider is done, and just the download failed.
 */
async function mayLetGo(
  ctx: PipelineContext,
  lease: Lease,
  batch: Batch,
  { error, askedAt }: { error: unknown; askedAt: Date },
): Promise<boolean> {
  if (lease.signal.aborted || !isDue(ctx, batch, askedAt)) return false;
  const isTheirs = error instanceof ProviderError || (error instanceof LiveDashError && NOT_HAD.has(error.code));
  if (!isTheirs) return false;
  if (haveCallsFailed(ctx, batch)) return true;
  if (!batch.requeueConfirmed) return false;
  const { status } = await readBatch(ctx.db, batch.id);
  return status !== "COMPLETED" || batch.failedCalls > 0;
}
