import { GOT_THROUGH } from "../../batches/batch.ts";
import { assertKnown, assertLease, type Lease, renewLease, updateBatch } from "../../batches/lease.ts";
import { askTime } from "../../clock.ts";
import type { PipelineContext } from "../../context.ts";
import { LiveDashError } from "../../errors.ts";
import { atProvider } from "../../installation/atProvider.ts";
import { lookForCopies } from "../../installation/lookForCopies.ts";
import { labelFor, markFor } from "../../installation/marks.ts";
import type { ProviderBatch } from "../../providers/contract/batch.ts";
import { ProviderError } from "../../providers/contract/errors.ts";
import { step } from "../../step.ts";
import { liftStop } from "../../throttle/providerStop.ts";
import { assertMayBuy } from "../../throttle/spendingStop.ts";
import type { Spool } from "../create/spool.ts";

/** A claimed batch with its input file, ready to be handed to the provider. */
export interface Submission {
  id: string;
  contentHash: string;
  submissions: number;
  endpoint: string;
  spool: Spool;
}

/** The provider refuses this submission for good: nothing was created, and sending the same again would not help. */
export class SubmissionRefusedError extends LiveDashError {
  readonly fault: ProviderError["fault"];
  readonly limit: ProviderError["limit"];

  constructor(cause: ProviderError) {
    super(cause.code, cause.message, { cause });
    this.name = "SubmissionRefusedError";
    this.fault = cause.fault;
    this.limit = cause.limit;
  }
}

const REFUSALS: ReadonlySet<string> = new Set(["provider_refused", "provider_model_refused", "provider_too_large"]);

/** Only the upload and the create of this very submission can be refused for good; any other refusal says nothing of it. */
async function orRefused<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof ProviderError && REFUSALS.has(error.code)) throw new SubmissionRefusedError(error);
    throw error;
  }
}

/** Looks for copies of this database. Each look has to begin after it was asked for. */
export type Look = () => Promise<unknown>;

/**
 * Uploads the input file of a batch and creates the provider batch. Every step is recorded only if the lease holds.
 * @param look one that others share, where several are submitted side by side
 */
export async function submitBatch(ctx: PipelineContext, lease: Lease, batch: Submission, look?: Look): Promise<void> {
  await assertMayBuy(ctx.db, batch.id);
  await step(ctx, "submit.begin", () => updateBatch(ctx.db, lease, { status: "UPLOADING" }));
  const inputFileId = await uploadInput(ctx, lease, batch);
  await createProviderBatch(ctx, lease, { ...batch, inputFileId }, look);
}

async function uploadInput(ctx: PipelineContext, lease: Lease, batch: Submission): Promise<string> {
  const { fileId } = await orRefused(
    atProvider(ctx, "submit.upload", async (installation) => {
      // Whoever stood still while the database was set back has a batch that may not exist any more.
      await assertKnown(ctx.db, lease);
      const label = labelFor(installation, { batchId: batch.id, epoch: lease.epoch });
      return ctx.provider.uploadInput({ label, open: () => batch.spool.open() }, lease.signal);
    }),
  );
  // The fence: nothing is created from a file that is not recorded, and a file is recorded only under a living lease.
  await step(ctx, "submit.record_file", () => updateBatch(ctx.db, lease, { inputFileId: fileId }));
  ctx.log.info({ event: "batch.uploaded", batchId: batch.id, epoch: lease.epoch, inputFileId: fileId });
  return fileId;
}

/** Creates the provider batch from an uploaded and recorded file, once: a lost reply is for recovery to find out. */
export async function createProviderBatch(
  ctx: PipelineContext,
  lease: Lease,
  batch: Omit<Submission, "spool"> & { inputFileId: string },
  look: Look = () => lookForCopies(ctx),
): Promise<void> {
  await look();
  await renewLease(ctx, lease);
  lease.signal.throwIfAborted();
  const mark = { batchId: batch.id, epoch: lease.epoch, hash: batch.contentHash };
  const created = await orRefused(
    atProvider(ctx, "submit.create", async (installation) => {
      await assertLease(ctx.db, lease);
      await assertMayBuy(ctx.db, batch.id);
      return ctx.provider.createBatch({
        inputFileId: batch.inputFileId,
        endpoint: batch.endpoint,
        mark: markFor(installation, mark),
        timeoutMs: Math.min(30_000, Math.floor(ctx.config.BATCH_LEASE_DURATION / 2)),
      });
    }),
  );
  await recordProviderBatch(ctx, lease, created, batch.submissions + 1);
  await liftStop(ctx, "submission");
  ctx.log.info({ event: "batch.created", batchId: batch.id, epoch: lease.epoch, openaiBatchId: created.id });
}

/** Records that a provider batch is this batch's: one that was just created, or one that is adopted. */
export async function recordProviderBatch(
  ctx: PipelineContext,
  lease: Lease,
  theirs: ProviderBatch,
  submissions: number,
): Promise<void> {
  const change = {
    openaiBatchId: theirs.id,
    ...(theirs.inputFileId === null ? {} : { inputFileId: theirs.inputFileId }),
    status: "VALIDATING",
    providerStatus: theirs.word,
    submittedAt: await askTime(ctx.clock),
    expiresAt: theirs.expiresAt,
    settlingSince: null,
    notBefore: null,
    ...GOT_THROUGH,
    errorCode: null,
    errorMessage: null,
    submissions,
  } as const;
  await step(ctx, "submit.record_batch", () => updateBatch(ctx.db, lease, change));
}
