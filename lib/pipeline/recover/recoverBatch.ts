import type { Batch } from "../../batches/batch.ts";
import { type Lease, updateBatch } from "../../batches/lease.ts";
import type { PipelineContext } from "../../context.ts";
import { atProvider } from "../../installation/atProvider.ts";
import { openInstallation } from "../../installation/installation.ts";
import { markOfBatch, markOfFile } from "../../installation/marks.ts";
import { isLive, type ProviderBatch, ranOrMayRun } from "../../providers/contract/batch.ts";
import type { KnownBy } from "../../providers/contract/capabilities.ts";
import { step } from "../../step.ts";
import { assertMayBuy } from "../../throttle/spendingStop.ts";
import { isOfSuspended } from "../../throttle/suspended.ts";
import { endUnbought } from "../end/endUnbought.ts";
import { letGo } from "../end/letGo.ts";
import { recordProviderBatch } from "../submit/submitBatch.ts";
import { hasSettled, settle } from "./settle.ts";
import { submitAnew } from "./submitAnew.ts";

/** How far the provider's clock may be behind ours when it is asked for batches created since. */
const CLOCK_MARGIN_MS = 10 * 60_000;

/**
 * Takes up a batch whose submission was broken off, under a lease that has just raised the epoch. No file recorded means
 * that nothing can have been created: it is submitted anew, once what may have been uploaded for it is deleted. Otherwise the provider is asked, and what was created is
 * adopted; if nothing shows that was made from the present input file, that file is deleted, so that a create that lands
 * late fails, and after the settle time the provider is asked once more before the batch is submitted anew. One that was given
 * up meanwhile, or whose company was suspended, ends in place of being submitted anew.
 */
export async function recoverBatch(ctx: PipelineContext, lease: Lease, batch: Batch): Promise<void> {
  ctx.log.info({ event: "batch.recovering", batchId: batch.id, epoch: lease.epoch, inputFileId: batch.inputFileId });
  if (batch.inputFileId !== null) {
    const askedAt = ctx.clock.now();
    const created = await step(ctx, "recover.list", () => findProviderBatches(ctx, batch));
    const [adopted, ...surplus] = created;
    // What an earlier file has led to says nothing of the present one: its create may still land, or not show yet. Nor does one
    // that may have failed at once: the same file may have been sent again since.
    const isAnswered = created.some((theirs) => theirs.inputFileId === batch.inputFileId && !mayBeEmpty(theirs));
    if (!isAnswered && !hasSettled(ctx, batch, askedAt)) return settle(ctx, lease, batch, batch.inputFileId);
    if (adopted) return adopt(ctx, lease, batch, adopted, surplus);
    const forgotten = { inputFileId: null, settlingSince: null, filesGivenUpIn: lease.epoch };
    await step(ctx, "recover.forget_file", () => updateBatch(ctx.db, lease, forgotten));
  } else {
    await deleteUnrecorded(ctx, batch);
  }
  if (batch.givenUpAt !== null) return letGo(ctx, lease, batch);
  if (await isOfSuspended(ctx.db, batch)) return endUnbought(ctx, lease);
  await assertMayBuy(ctx.db, batch.id);
  await submitAnew(ctx, lease, batch);
}

/** The provider batches made from this batch that ran or may yet run: active ones first, those that may be empty last, then the oldest. */
async function findProviderBatches(ctx: PipelineContext, batch: Batch): Promise<ProviderBatch[]> {
  const found: ProviderBatch[] = [];
  const installation = await openInstallation(ctx);
  const isKnown: Record<KnownBy, (theirs: ProviderBatch) => boolean> = {
    mark: (theirs) => markOfBatch(theirs, installation)?.batchId === batch.id,
    input_file: (theirs) => theirs.inputFileId === batch.inputFileId,
  };
  for await (const theirs of ctx.provider.listBatches(sinceItWasMade(batch))) {
    const isOurs = ctx.provider.capabilities.knownBy.some((by) => isKnown[by](theirs));
    // One that failed before anything ran leaves nothing to adopt.
    if (isOurs && ranOrMayRun(theirs)) found.push(theirs);
  }
  const rank = (theirs: ProviderBatch) =>
    theirs.state === "completed" ? 0 : isLive(theirs) ? 1 : mayBeEmpty(theirs) ? 3 : 2;
  const age = (theirs: ProviderBatch) => theirs.createdAt?.getTime() ?? 0;
  return found.sort((a, b) => rank(a) - rank(b) || age(a) - age(b));
}

/** Whether it failed, and its results may hold nothing: some name them in any case. */
function mayBeEmpty({ state, counts }: ProviderBatch): boolean {
  return state === "failed" && counts.completed + counts.failed === 0;
}

/** Nothing that bears its mark can be older at the provider. */
function sinceItWasMade({ createdAt }: Batch): Date {
  return new Date(createdAt.getTime() - CLOCK_MARGIN_MS);
}

async function adopt(
  ctx: PipelineContext,
  lease: Lease,
  batch: Batch,
  adopted: ProviderBatch,
  surplus: ProviderBatch[],
): Promise<void> {
  // What an earlier file asked for was recorded, and then that of the present one, which is given up now, in its place.
  const isEarlier = adopted.inputFileId !== null && adopted.inputFileId !== batch.inputFileId;
  if (isEarlier) await updateBatch(ctx.db, lease, { analysisVersions: null, filesGivenUpIn: lease.epoch });
  await recordProviderBatch(ctx, lease, adopted, batch.submissions + 1);
  ctx.metrics?.batchAdopted();
  ctx.log.info({ event: "batch.adopted", batchId: batch.id, epoch: lease.epoch, openaiBatchId: adopted.id });
  for (const theirs of surplus) {
    if (!isLive(theirs)) continue;
    if (ctx.provider.capabilities.cancelTakesMs === null) {
      ctx.log.error({ event: "batch.duplicate_left", batchId: batch.id, openaiBatchId: theirs.id });
      continue;
    }
    await atProvider(ctx, "recover.cancel_duplicate", () => ctx.provider.cancelBatch(theirs.id));
    ctx.log.warn({ event: "batch.duplicate_cancelled", batchId: batch.id, openaiBatchId: theirs.id });
  }
}

/**
 * Deletes what was uploaded for this batch and never recorded. Nothing is created from it, but in a database that was set
 * back: there it may have been recorded in the time that is lost, and a create from it may be on its way.
 */
async function deleteUnrecorded(ctx: PipelineContext, batch: Batch): Promise<void> {
  const installation = await openInstallation(ctx);
  const unrecorded: string[] = [];
  await step(ctx, "recover.list_files", async () => {
    for await (const file of ctx.provider.listInputFiles(sinceItWasMade(batch))) {
      if (markOfFile(file, installation)?.batchId === batch.id) unrecorded.push(file.id);
    }
  });
  for (const fileId of unrecorded) {
    await atProvider(ctx, "recover.delete_file", () => ctx.provider.deleteFile(fileId));
    ctx.log.warn({ event: "batch.upload_given_up", batchId: batch.id, fileId });
  }
}
