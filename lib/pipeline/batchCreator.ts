import { listDisabled, sayDisabled } from "../accounts/disabled.ts";
import { GOT_THROUGH } from "../batches/batch.ts";
import type { PipelineContext } from "../context.ts";
import { isCopied, mayWork } from "../installation/lookForCopies.ts";
import { readSpendingStop } from "../throttle/spendingStop.ts";
import type { ClaimLimit, Group } from "./create/choosePending.ts";
import { type ClaimedBatch, claimBatch } from "./create/claimBatch.ts";
import { findGroupsThatWait, isTrialDue, readStops, type Stops, takeTurnsWith } from "./create/holdBack.ts";
import { listGroups } from "./create/listGroups.ts";
import { SubmissionRefusedError, submitBatch } from "./submit/submitBatch.ts";
import { type WorkResult, workOnBatch } from "./workOnBatch.ts";

const NOTHING_SENT = { ...GOT_THROUGH, openaiBatchId: null, errorCode: null, submissions: 0, requeueAt: null };

interface Round {
  created: { batches: number; requests: number };
  /** Whether copies of this database were looked for: at the first group that has something to send. */
  isLookedAt: boolean;
  /** Groups that failed: the next round is theirs again. */
  leftOut: Set<string>;
  /** Models that get no more in this round: their budget is used, they are refused, or one batch tries them. */
  closedModels: Set<string>;
  /** Why a group could not be claimed. */
  failure?: { error: unknown };
  /** While the account or a model is stopped, one batch is sent: whether it gets through shows that it can be lifted. */
  stops: Stops;
}

/**
 * One round of batch creation in an account: puts all its pending requests into batches, one company and one model each, and submits them.
 * Groups take turns batch by batch, so that a company with a million requests does not keep another waiting. What fails
 * for one group is left to the next round and the others go on; when the provider takes nothing, the round ends.
 */
export async function batchCreator(ctx: PipelineContext): Promise<Round["created"]> {
  const created = { batches: 0, requests: 0 };
  if (await isCopied(ctx, "creation")) return created;
  if ((await isSpendingStopped(ctx)) || (await isDisabled(ctx))) return created;
  const stops = await readStops(ctx);
  if (stops.account && !(await isTrialDue(ctx, stops.account))) {
    ctx.log.error({ event: "creation.held_back", reason: stops.account.message });
    return created;
  }
  const waiting = await findGroupsThatWait(ctx);
  if (waiting.length > 1) {
    ctx.log.warn({ event: "creation.held_back", reason: "earlier submissions are waiting for the provider" });
    return created;
  }
  const leftOut = new Set(waiting.map(nameOf));
  const round: Round = { created, isLookedAt: false, leftOut, closedModels: new Set(), stops };
  while (await takeTurns(ctx, round));
  if (round.failure) throw round.failure.error;
  return created;
}

/** Answers whether the groups should take turns once more. */
async function takeTurns(ctx: PipelineContext, round: Round): Promise<boolean> {
  const before = round.created.batches;
  const groups = (await listGroups(ctx)).filter((group) => !round.leftOut.has(nameOf(group)));
  const turns = await takeTurnsWith(ctx, groups, round.stops);
  for (const [index, { group, trialLines }] of turns.entries()) {
    if (ctx.stopping.aborted) return false;
    if (round.closedModels.has(group.model)) continue;
    if ((await isSpendingStopped(ctx)) || (await isDisabled(ctx))) return false;
    if (!round.isLookedAt && !(await mayWork(ctx, "creation"))) return false;
    round.isLookedAt = true;
    // Those still to come in this turn keep their part of the model's budget.
    const sharing = turns.slice(index).filter((turn) => turn.group.model === group.model).length;
    const claimed = await claim(ctx, round, group, { share: 1 / sharing, trialLines });
    if (trialLines !== undefined) round.closedModels.add(group.model);
    if (claimed && !(await send(ctx, round, group, claimed))) return false;
  }
  return round.created.batches > before;
}

async function isSpendingStopped(ctx: PipelineContext): Promise<boolean> {
  const stop = await readSpendingStop(ctx.db);
  if (stop) ctx.log.warn({ event: "creation.held_back", reason: `all spending is stopped: ${stop.reason}` });
  return stop !== undefined;
}

async function isDisabled(ctx: PipelineContext): Promise<boolean> {
  const found = (await listDisabled(ctx.db)).find(({ accountId }) => accountId === ctx.accountId);
  if (found) ctx.log.warn({ event: "creation.held_back", reason: sayDisabled(found) });
  return found !== undefined;
}

async function claim(ctx: PipelineContext, round: Round, group: Group, limit: ClaimLimit) {
  try {
    const { batch, isFull } = await claimBatch(ctx, group, limit);
    // Else shorter lines of other groups would take what becomes free, again and again.
    if (!batch && isFull) round.closedModels.add(group.model);
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
  if (round.stops.account) return false;
  const refusal = result.kind === "failed" && result.error instanceof SubmissionRefusedError ? result.error : undefined;
  if (refusal?.fault === "model") round.closedModels.add(group.model);
  // What was too large goes again in this very round, in half the size.
  else if (refusal && refusal.fault !== "size") round.leftOut.add(nameOf(group));
  return refusal !== undefined || result.kind === "done";
}

async function submit(ctx: PipelineContext, claimed: ClaimedBatch): Promise<WorkResult> {
  const batch = { ...claimed, ...NOTHING_SENT, endpoint: ctx.provider.endpoint };
  try {
    return await workOnBatch(ctx, batch, (lease) => submitBatch(ctx, lease, batch));
  } finally {
    await claimed.spool.remove();
  }
}

function nameOf({ companyId, model }: Group): string {
  return `${companyId}/${model}`;
}
