import type { Batch } from "../../batches/batch.ts";
import type { Lease } from "../../batches/lease.ts";
import type { Context, PipelineContext } from "../../context.ts";
import type { ProviderState } from "../../providers/contract/batch.ts";
import { lifetimeOf } from "../../providers/contract/capabilities.ts";
import { endBatch, releaseWaiting } from "./endBatch.ts";

const DAY_MS = 86_400_000;
/** An answer that comes so long after the expiry is still applied, and not bought again. */
const WAIT_AFTER_EXPIRY_MS = DAY_MS;

type Expiring = Pick<Batch, "openaiBatchId" | "submittedAt" | "expiresAt">;

/** When the requests of a batch go back that is given up now. */
export function requeueTime({ provider }: Pick<PipelineContext, "provider">, now: Date, batch: Expiring): Date {
  const lifetimeMs = lifetimeOf(provider.capabilities) ?? 0;
  return new Date(Math.max(now.getTime(), expiryOf(now.getTime(), batch, lifetimeMs) + WAIT_AFTER_EXPIRY_MS));
}

/** One of which it is not known whether it was created lives no longer than one that is created now; others may live on. */
function expiryOf(now: number, { openaiBatchId, submittedAt, expiresAt }: Expiring, lifetimeMs: number): number {
  if (expiresAt) return expiresAt.getTime();
  if (openaiBatchId === null || submittedAt === null) return now + lifetimeMs;
  return Math.max(now, submittedAt.getTime() + lifetimeMs);
}

/** Whether the time of a batch that was given up had come when the provider was asked, which found it in this state still. */
export function isTimeUp(ctx: PipelineContext, batch: Batch, state: ProviderState, askedAt: Date): boolean {
  const cancelEnds = (batch.givenUpAt?.getTime() ?? 0) + (ctx.provider.capabilities.cancelTakesMs ?? 0);
  const mayEndSoon = state === "cancelling" && askedAt.getTime() < cancelEnds;
  return isDue(ctx, batch, askedAt) && (batch.requeueConfirmed || !mayEndSoon);
}

/** What the provider said before its time came may be old. Only who has confirmed that lines may be bought twice does not wait for a newer word. */
export function isDue(ctx: Context, { givenUpAt, requeueAt, requeueConfirmed }: Batch, askedAt: Date): boolean {
  const at = requeueConfirmed ? ctx.clock.now() : askedAt;
  return givenUpAt !== null && requeueAt !== null && at >= requeueAt;
}

/** Sends back what still waits in a batch that was given up, and ends it: its provider batch is not asked for any more. */
export async function letGo(ctx: PipelineContext, lease: Lease, batch: Batch): Promise<void> {
  await releaseWaiting(ctx, lease, "batch_given_up");
  const errorMessage = `Given up: ${batch.giveUpReason ?? "no reason is known"}`;
  await endBatch(ctx, lease, { status: "CANCELLED", errorCode: "batch_given_up", errorMessage });
}
