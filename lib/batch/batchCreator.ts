import type { PipelineContext } from "../context.ts";
import { GOT_THROUGH } from "./batch.ts";
import { type ClaimedBatch, claimBatch, type Group } from "./claimBatch.ts";
import { findGroupsThatWait, isBeingTried } from "./holdBack.ts";
import { listGroups } from "./listGroups.ts";
import { readStop } from "./providerStop.ts";
import { SubmissionRefusedError, submitBatch } from "./submitBatch.ts";
import { type WorkResult, workOnBatch } from "./workOnBatch.ts";

const NOTHING_SENT = { ...GOT_THROUGH, openaiBatchId: null, errorCode: null, submissions: 0 };

interface Round {
  created: { batches: number; requests: number };
  /** Groups that failed: the next round is theirs again. */
  leftOut: Set<string>;
  fullModels: Set<string>;
  /** Why a group could not be claimed. */
  failure?: { error: unknown };
  /** While new batches are stopped, one is sent: whether it gets through shows that the stop can be lifted. */
  isTrial: boolean;
}

/**
 * One round of batch creation: puts all pending requests into batches, one company and one model each, and submits them.
 * Groups take turns batch by batch, so that a company with a million requests does not keep another waiting. What fails
 * for one group is left to the next round and the others go on; when the provider takes nothing, the round ends.
 */
export async function batchCreator(ctx: PipelineContext): Promise<Round["created"]> {
  const created = { batches: 0, requests: 0 };
  const stop = await readStop(ctx);
  if (stop && (await isBeingTried(ctx, stop))) {
    ctx.log.error({ event: "creation.held_back", reason: stop.message });
    return created;
  }
  const waiting = await findGroupsThatWait(ctx);
  if (waiting.length > 1) {
    ctx.log.warn({ event: "creation.held_back", reason: "earlier submissions wait for the provider" });
    return created;
  }
  const leftOut = new Set(waiting.map(nameOf));
  const round: Round = { created, leftOut, fullModels: new Set(), isTrial: stop !== undefined };
  while (await takeTurns(ctx, round));
  if (round.failure) throw round.failure.error;
  return created;
}

/** Answers whether the groups should take turns once more. */
async function takeTurns(ctx: PipelineContext, round: Round): Promise<boolean> {
  const before = round.created.batches;
  const groups = (await listGroups(ctx)).filter((group) => !round.leftOut.has(nameOf(group)));
  for (const [index, group] of groups.entries()) {
    if (ctx.stopping.aborted) return false;
    if (round.fullModels.has(group.model)) continue;
    // Those still to come in this turn keep their part of the model's budget.
    const sharing = groups.slice(index).filter(({ model }) => model === group.model).length;
    const claimed = await claim(ctx, round, group, 1 / sharing);
    if (claimed && !(await send(ctx, round, group, claimed))) return false;
  }
  return round.created.batches > before;
}

async function claim(ctx: PipelineContext, round: Round, group: Group, share: number) {
  try {
    const { batch, isFull } = await claimBatch(ctx, group, share);
    // Else shorter lines of other groups would take what becomes free, again and again.
    if (!batch && isFull) round.fullModels.add(group.model);
    return batch;
  } catch (error) {
    // What fails for two groups is the fault of neither.
    if (round.failure) throw error;
    ctx.log.error({ event: "batch.not_claimed", ...group, error });
    round.failure = { error };
    round.leftOut.add(nameOf(group));
    return undefined;
  }
}

/** Answers whether the provider can be given more in this round. */
async function send(ctx: PipelineContext, round: Round, group: Group, claimed: ClaimedBatch): Promise<boolean> {
  round.created.batches++;
  round.created.requests += claimed.requestCount;
  const result = await submit(ctx, claimed);
  if (round.isTrial) return false;
  const isRefused = result.kind === "failed" && result.error instanceof SubmissionRefusedError;
  if (isRefused) round.leftOut.add(nameOf(group));
  return isRefused || result.kind === "done";
}

async function submit(ctx: PipelineContext, claimed: ClaimedBatch): Promise<WorkResult> {
  const batch = { ...claimed, ...NOTHING_SENT };
  try {
    return await workOnBatch(ctx, batch, (lease) => submitBatch(ctx, lease, batch));
  } finally {
    await claimed.spool.remove();
  }
}

function nameOf({ companyId, model }: Group): string {
  return `${companyId}/${model}`;
}
