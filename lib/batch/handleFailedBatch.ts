import type { PipelineContext } from "../context.ts";
import { inTransaction, type Transaction } from "../db/pool.ts";
import { FAILURES } from "../failures.ts";
import type { ProviderBatch, ProviderBatchError } from "../provider/provider.ts";
import { isQuotaCode } from "../provider/quota.ts";
import type { Batch } from "./batch.ts";
import { endBatch, releaseWaiting } from "./endBatch.ts";
import { assertLease, type Lease, updateBatch } from "./lease.ts";
import { NO_PRICE } from "./price.ts";
import { recordStop } from "./providerStop.ts";
import { type Failure, recordFailures } from "./recordFailures.ts";
import { listWaiting, lockWaiting } from "./requestOutcomes.ts";
import { step } from "./step.ts";
import { createProviderBatch } from "./submitBatch.ts";
import { endUnbought, isOfSuspended } from "./suspendedCompany.ts";
import { learnLimit } from "./tokenBudget.ts";

/** A fresh upload may stay unseen for a while: so many creates with the same file, then the file is uploaded again. */
const CREATES_WITH_ONE_FILE = 3;
const MOST_SUBMISSIONS = 6;
const FILE_NOT_SEEN_PAUSE_MS = 2_000;

/** Ends a batch that the provider refused at validation: nothing ran, nothing was paid. */
export async function handleFailedBatch(
  ctx: PipelineContext,
  lease: Lease,
  batch: Batch,
  theirs: ProviderBatch,
): Promise<void> {
  const first = theirs.errors[0];
  ctx.log.warn({
    event: "batch.failed",
    batchId: batch.id,
    openaiBatchId: theirs.id,
    code: first?.code ?? "unknown",
    errors: theirs.errors.length,
  });
  const inputFileId = theirs.inputFileId ?? batch.inputFileId;
  if (theirs.errors.some(isFileNotSeen) && batch.submissions < MOST_SUBMISSIONS && inputFileId !== null) {
    if (await isOfSuspended(ctx.db, batch)) return endUnbought(ctx, lease);
    return submitAgain(ctx, lease, batch, inputFileId);
  }
  const quota = theirs.errors.find((error) => isQuotaCode(error.code));
  if (quota) {
    await recordStop(ctx, "batch_quota_exhausted", `The account has no credit left: ${quota.message}`);
    await releaseWaiting(ctx, lease, "batch_quota_exhausted", quota.message);
  } else if (theirs.errors.some((error) => error.code === "token_limit_exceeded")) {
    await step(ctx, "failed.learn", () =>
      inTransaction(ctx.db, (tx) => learnLimit(ctx, tx, batch, first?.message ?? "")),
    );
    await releaseWaiting(ctx, lease, "batch_over_budget", first?.message);
  } else if (theirs.errors.some((error) => error.line !== null)) {
    await step(ctx, "failed.lines", () =>
      inTransaction(ctx.db, async (tx) => {
        await assertLease(tx, lease);
        await failNamedLines(ctx, tx, batch, theirs.errors);
      }),
    );
  } else {
    await releaseWaiting(ctx, lease, "batch_refused", first ? `${first.code}: ${first.message}` : undefined);
  }
  await endBatch(ctx, lease, {
    status: "FAILED",
    errorCode: first?.code ?? "unknown",
    errorMessage: first?.message ?? "The provider gave no reason.",
  });
}

function isFileNotSeen(error: ProviderBatchError): boolean {
  return error.line === null && (error.param === "file_id" || /^cannot find file/i.test(error.message));
}

/** The failed provider batch is forgotten first: from then on recovery knows what to do if we do not come through. */
async function submitAgain(ctx: PipelineContext, lease: Lease, batch: Batch, inputFileId: string): Promise<void> {
  const forgotten = { status: "UPLOADING", openaiBatchId: null };
  await step(ctx, "failed.forget_batch", () => updateBatch(ctx.db, lease, forgotten));
  if (batch.submissions % CREATES_WITH_ONE_FILE === 0) {
    await step(ctx, "failed.delete_file", () => ctx.provider.deleteFile(inputFileId));
    await step(ctx, "failed.forget_file", () => updateBatch(ctx.db, lease, { inputFileId: null }));
    return;
  }
  await ctx.clock.sleep(FILE_NOT_SEEN_PAUSE_MS, lease.signal);
  await createProviderBatch(ctx, lease, { ...batch, inputFileId });
}

/**
 * Fails the lines that were named and sends the rest back. Lines are counted from 1 in the order of the file, which is
 * that of the waiting requests as long as none has left: hence all of them in one transaction. Where that cannot be
 * relied on, or no line is named that exists, the whole batch counts as refused.
 */
async function failNamedLines(ctx: PipelineContext, tx: Transaction, batch: Batch, errors: ProviderBatchError[]) {
  const byLine = new Map(errors.map((error) => [error.line, error]));
  const ids = await listWaiting(tx, batch.id);
  const whole = ids.length === batch.requestCount - (await countAttempts(tx, batch.id));
  const lines = new Map(ids.map((id, index) => [id, index + 1]));
  const anyNamed = whole && [...lines.values()].some((line) => byLine.has(line));
  const others = anyNamed ? "batch_line_errors" : "batch_refused";
  const failures = (await lockWaiting(tx, batch.id, ids)).map((request): Failure => {
    const error = anyNamed ? byLine.get(lines.get(request.id) ?? null) : undefined;
    if (!error) return { request, code: others, message: FAILURES[others].meaning, usage: null };
    return { request, code: "line_rejected", message: `${error.code}: ${error.message}`, usage: null };
  });
  await recordFailures(ctx, tx, batch.id, failures, NO_PRICE);
}

/** Requests that left the batch before it was sent, because their session had become unfit. */
async function countAttempts(tx: Transaction, batchId: string): Promise<number> {
  const { rows } = await tx.query<{ count: number }>(
    `SELECT count(*)::int AS "count" FROM "AIRequestAttempt" WHERE "batchId" = $1`,
    [batchId],
  );
  return rows[0]?.count ?? 0;
}
