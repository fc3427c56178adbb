import type { Batch } from "../../batches/batch.ts";
import { type Lease, updateBatch } from "../../batches/lease.ts";
import { askTime } from "../../clock.ts";
import type { PipelineContext } from "../../context.ts";
import { atProvider } from "../../installation/atProvider.ts";
import type { Capabilities } from "../../providers/contract/capabilities.ts";
import { step } from "../../step.ts";

/** What keeps a create that has not landed yet from becoming a batch. */
const FENCES: Record<Capabilities["lateCreate"], (ctx: PipelineContext, inputFileId: string) => Promise<void>> = {
  fails_without_its_file: (ctx, inputFileId) =>
    atProvider(ctx, "recover.delete_file", () => ctx.provider.deleteFile(inputFileId)),
};

/** Whether a create that was sent before this epoch could no longer land unseen when the provider was asked. */
export function hasSettled(ctx: PipelineContext, { settlingSince }: Batch, askedAt: Date): boolean {
  return settlingSince !== null && askedAt >= settledAt(ctx, settlingSince);
}

function settledAt({ config }: PipelineContext, since: Date): Date {
  return new Date(since.getTime() + config.BATCH_SETTLE_TIME);
}

/** Keeps what was sent before this epoch from landing any more. The first time starts the wait. */
export async function settle(ctx: PipelineContext, lease: Lease, batch: Batch, inputFileId: string): Promise<void> {
  await FENCES[ctx.provider.capabilities.lateCreate](ctx, inputFileId);
  const settlingSince = batch.settlingSince ?? (await askTime(ctx.clock));
  const wait = { settlingSince, notBefore: settledAt(ctx, settlingSince), failedCalls: 0, failingSince: null };
  await step(ctx, "recover.settle", () => updateBatch(ctx.db, lease, wait));
  const settleTimeMs = ctx.config.BATCH_SETTLE_TIME;
  ctx.log.info({ event: "batch.settling", batchId: batch.id, epoch: lease.epoch, inputFileId, settleTimeMs });
}
