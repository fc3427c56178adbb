import type { Batch } from "../../batches/batch.ts";
import type { Lease } from "../../batches/lease.ts";
import type { PipelineContext } from "../../context.ts";
import type { ProviderBatch } from "../../providers/contract/batch.ts";
import { lifetimeOf } from "../../providers/contract/capabilities.ts";
import { ProviderError } from "../../providers/contract/errors.ts";
import { step } from "../../step.ts";
import { liftStop } from "../../throttle/providerStop.ts";
import { endBatch, releaseWaiting } from "../end/endBatch.ts";

const GONE_AFTER_FAILURES = 5;
const DAY_MS = 86_400_000;

/**
 * Asks for the batch. One that is long past its end and again and again not known to the provider is given up: what it
 * did, nobody will ever say.
 */
export async function retrieveBatch(
  ctx: PipelineContext,
  lease: Lease,
  batch: Batch,
  openaiBatchId: string,
): Promise<ProviderBatch | undefined> {
  const askedAt = ctx.clock.now();
  try {
    const theirs = await step(ctx, "poll.retrieve", () => ctx.provider.retrieveBatch(openaiBatchId));
    await liftStop(ctx, "call");
    return theirs;
  } catch (error) {
    const unknown = error instanceof ProviderError && error.code === "provider_not_found";
    const before = batch.errorCode === "provider_not_found" ? batch.callFailures : 0;
    // One without an expiry is taken to have lived as long as they do, or as long as its files were kept.
    const lived = lifetimeOf(ctx.provider.capabilities) ?? ctx.provider.capabilities.filesKeptMs;
    const end = batch.expiresAt?.getTime() ?? (batch.submittedAt ?? batch.createdAt).getTime() + lived;
    const over = askedAt.getTime() > end + DAY_MS;
    if (!unknown || !over || before < GONE_AFTER_FAILURES) throw error;
    ctx.log.error({ event: "batch.gone", batchId: batch.id, openaiBatchId });
    await releaseWaiting(ctx, lease, "batch_gone");
    await endBatch(ctx, lease, { status: "FAILED", errorCode: "batch_gone" });
    return undefined;
  }
}
