import type { Batch } from "../../batches/batch.ts";
import { type Lease, updateBatch } from "../../batches/lease.ts";
import type { PipelineContext } from "../../context.ts";
import { atProvider } from "../../installation/atProvider.ts";
import type { ProviderBatch, ProviderBatchError } from "../../providers/contract/batch.ts";
import { type Fault, findDecisive, type RefusedLimit } from "../../providers/contract/fault.ts";
import { step } from "../../step.ts";
import { isOfSuspended } from "../../throttle/suspended.ts";
import type { Collected } from "../collect/collectResults.ts";
import { endUnbought } from "../end/endUnbought.ts";
import { letGo } from "../end/letGo.ts";
import { refuseBatch } from "../end/refuseBatch.ts";
import { createProviderBatch } from "../submit/submitBatch.ts";

/** A fresh upload may stay unseen for a while: so many creates with the same file, then the file is uploaded again. */
const CREATES_WITH_ONE_FILE = 3;
const MOST_SUBMISSIONS = 6;
const FILE_NOT_SEEN_PAUSE_MS = 2_000;

/**
 * Ends a batch that failed at the provider. Only one of which nothing ran, and whose file was not seen yet, is sent again
 * as it is.
 * @param collected what came of the files that it left, if it named any
 */
export async function handleFailedBatch(
  ctx: PipelineContext,
  lease: Lease,
  batch: Batch,
  theirs: ProviderBatch,
  collected?: Collected,
): Promise<void> {
  const hasRun = collected !== undefined && collected.lines > 0;
  const { code, message, fault, limit } = decide(theirs.errors, collected?.failure);
  const errors = theirs.errors.length;
  ctx.log.warn({ event: "batch.failed", batchId: batch.id, openaiBatchId: theirs.id, code, fault, errors, hasRun });
  const inputFileId = theirs.inputFileId ?? batch.inputFileId;
  const isNotSeen = fault === "file_not_seen" && !hasRun && inputFileId !== null;
  if (isNotSeen && batch.submissions < MOST_SUBMISSIONS) {
    if (batch.givenUpAt !== null) return letGo(ctx, lease, batch);
    if (await isOfSuspended(ctx.db, batch)) return endUnbought(ctx, lease);
    return submitAgain(ctx, lease, batch, inputFileId);
  }
  const refusal = { code, message, fault, limit, metAt: "validation", errors: theirs.errors, hasRun } as const;
  await refuseBatch(ctx, lease, batch, refusal);
}

interface Decision {
  code: string;
  message: string;
  fault: Fault;
  limit: RefusedLimit | null;
}

/** The one error of the list that decides. A single line that is too large, or was not served, is a matter of that line. */
function decide(errors: readonly ProviderBatchError[], failure = "The provider did not give a reason."): Decision {
  const error = findDecisive(errors);
  if (!error) return { code: "unknown", message: failure, fault: "unknown", limit: null };
  const { line, fault, limit, code, message } = error;
  const isOfLine = line !== null && (fault === "size" || fault === "busy" || fault === "file_not_seen");
  return { code, message: message || code, fault: isOfLine ? "line" : fault, limit };
}

/** The failed provider batch is forgotten first: from then on recovery knows what to do if we do not come through. */
async function submitAgain(ctx: PipelineContext, lease: Lease, batch: Batch, inputFileId: string): Promise<void> {
  const forgotten = { status: "UPLOADING", openaiBatchId: null };
  await step(ctx, "failed.forget_batch", () => updateBatch(ctx.db, lease, forgotten));
  if (batch.submissions % CREATES_WITH_ONE_FILE === 0) {
    await atProvider(ctx, "failed.delete_file", () => ctx.provider.deleteFile(inputFileId));
    const givenUp = { inputFileId: null, filesGivenUpIn: lease.epoch };
    await step(ctx, "failed.forget_file", () => updateBatch(ctx.db, lease, givenUp));
    return;
  }
  await ctx.clock.sleep(FILE_NOT_SEEN_PAUSE_MS, lease.signal);
  await createProviderBatch(ctx, lease, { ...batch, inputFileId });
}
