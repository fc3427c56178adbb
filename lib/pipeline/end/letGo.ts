import type { Batch } from "../../batches/batch.ts";
import type { Lease } from "../../batches/lease.ts";
import type { Context, PipelineContext } from "../../context.ts";
import type { ProviderState } from "../../providers/contract/batch.ts";
import { endBatch, releaseWaiting } from "./endBatch.ts";

const DAY_MS = 86_400_000;
/** An answer that comes so long after the expiry is still applied, and not bought again. */
const WAIT_AFTER_EXPIRY_MS = DAY_MS;
/** A cancel that was taken may need ten minutes, and only then says what had finished. */
const CANCEL_TAKES_MS = 15 * 60_000;

type Expiring = Pick<Batch, "openaiBatchId" | "submittedAt" | "expiresAt">;

/** When the requests of a batch go back that is given up now. */
export function requeueTime(now: Date, batch: Expiring): Date {
  return new Date(Math.max(now.getTime(), expiryOf(now.getTime(), batch) + WAIT_AFTER_EXPIRY_MS));
}

/** One of which it is not known whether it was created lives for a day at most; one without an expiry may live on. */
function expiryOf(now: number, { openaiBatchId, submittedAt, expiresAt }: Expiring): number {
  if (expiresAt) return expiresAt.getTime();
  if (openaiBatchId === null || submittedAt === null) return now + DAY_MS;
  return Math.max(now, submittedAt.getTime() + DAY_MS);
}

/** Whether the time of a batch that was given up has come, while it is still in this state at the provider. */
export function isTimeUp(ctx: Context, batch: Batch, state: ProviderState): boolean {
  if (!isDue(ctx, batch)) return false;
  const cancelEnds = (batch.givenUpAt?.getTime() ?? 0) + CANCEL_TAKES_MS;
  const mayEndSoon = state === "cancelling" && ctx.clock.now().getTime() < cancelEnds;
  return batch.requeueConfirmed || !mayEndSoon;
}

export function isDue(ctx: Context, batch: Batch): boolean {
  return batch.givenUpAt !== null && batch.requeueAt !== null && ctx.clock.now() >= batch.requeueAt;
}

/** Sends back what still waits in a batch that was given up, and ends it: its provider batch is not asked for any more. */
export async function letGo(ctx: PipelineContext, lease: Lease, batch: Batch): Promise<void> {
  await releaseWaiting(ctx, lease, "batch_given_up");
  const errorMessage = `Given up: ${batch.giveUpReason ?? "no reason is known"}`;
  await endBatch(ctx, lease, { status: "CANCELLED", errorCode: "batch_given_up", errorMessage });
}
