import { GOT_THROUGH } from "../batches/batch.ts";
import type { PipelineContext } from "../context.ts";
import { isCopied, lookForCopies, mayWork } from "../installation/lookForCopies.ts";
import { findShareOfRound, mostPerHour } from "../throttle/batchesPerHour.ts";
import type { ClaimLimit, Group } from "./create/choosePending.ts";
import { type ClaimedBatch, claimBatch } from "./create/claimBatch.ts";
import {
  findGroupsThatWait,
  isForbidden,
  isTrialDue,
  readStops,
  type Stops,
  type Turn,
  takeTurnsWith,
} from "./create/holdBack.ts";
import { listGroups, nameOf } from "./create/listGroups.ts";
import { servedLongestAgo } from "./create/servedLongestAgo.ts";
import { Lanes, MOST_LANES } from "./submit/lanes.ts";
import { shareLook } from "./submit/sharedLook.ts";
import { type Look, SubmissionRefusedError, submitBatch } from "./submit/submitBatch.ts";
import { type WorkResult, workOnBatch } from "./workOnBatch.ts";

const NOTHING_SENT = { ...GOT_THROUGH, openaiBatchId: null, errorCode: null, submissions: 0, requeueAt: null };

interface Round {
  /** What is requested later is for the next round: while sessions come, this one would never end. */
  began: Date;
  created: { batches: number; requests: number };
  /** Batches that it may create at most. */
  share: number;
  lanes: Lanes;
  look: Look;
  /** Whether copies of this database were looked for: at the first group that has something to send. */
  isLookedAt: boolean;
  /** Whether the provider takes no more in this round, or may not be given more. */
  isOver: boolean;
  /** Groups that failed, or of which nothing could be taken: the next round is theirs again. */
  leftOut: Set<string>;
  /** Models that get no more in this round: their budget is used, they are refused, or one batch tries them. */
  closedModels: Set<string>;
  /** Why a group could not be claimed. */
  failure?: { error: unknown };
  /** While the account or a model is stopped, one batch is sent: whether it gets through shows that it can be lifted. */
  stops: Stops;
}

/**
 * One round of batch creation in an account: puts what is pending as it begins into batches, one company and one model each, and submits
 * them side by side. Groups take turns batch by batch, so that a company with a million requests does not keep another waiting. What fails
 * for one group is left to the next round and the others go on; when the provider takes nothing, the round ends.
 * @param mostLanes submissions at the same time
 */
export async function batchCreator(ctx: PipelineContext, mostLanes = MOST_LANES): Promise<Round["created"]> {
  const round = await openRound(ctx, mostLanes);
  if (!round) return { batches: 0, requests: 0 };
  try {
    // What is refused for its size goes again in this round, in halves: so it has ended when nothing is under way either.
    while (!round.isOver && ((await takeTurns(ctx, round)) || (await round.lanes.settle())));
  } finally {
    await round.lanes.settle();
  }
  if (round.failure) throw round.failure.error;
  return round.created;
}

async function openRound(ctx: PipelineContext, mostLanes: number): Promise<Round | undefined> {
  if ((await isCopied(ctx, "creation")) || (await isForbidden(ctx))) return undefined;
  const stops = await readStops(ctx);
  if (stops.account && !(await isTrialDue(ctx, stops.account))) {
    ctx.log.error({ event: "creation.held_back", reason: stops.account.message });
    return undefined;
  }
  const waiting = await findGroupsThatWait(ctx);
  if (waiting.length > 1) {
    ctx.log.warn({ event: "creation.held_back", reason: "earlier submissions are waiting for the provider" });
    return undefined;
  }
  return {
    began: ctx.clock.now(),
    created: { batches: 0, requests: 0 },
    share: await findShareOfRound(ctx, mostLanes),
    lanes: new Lanes(mostLanes),
    look: shareLook(() => lookForCopies(ctx)),
    isLookedAt: false,
    isOver: false,
    leftOut: new Set(waiting.map(nameOf)),
    closedModels: new Set(),
    stops,
  };
}

/** Answers whether the groups should take turns once more. */
async function takeTurns(ctx: PipelineContext, round: Round): Promise<boolean> {
  const before = progressOf(round);
  const turns = await listTurns(ctx, round);
  for (const [index, { group, trialLines }] of turns.entries()) {
    await round.lanes.freeFor(group.model);
    if (!(await mayContinue(ctx, round))) return false;
    if (round.closedModels.has(group.model)) continue;
    // Those still to come in this turn keep their part of the model's budget.
    const sharing = turns.slice(index).filter((turn) => turn.group.model === group.model).length;
    const claimed = await claim(ctx, round, group, { share: 1 / sharing, trialLines });
    if (trialLines !== undefined) round.closedModels.add(group.model);
    if (claimed) send(ctx, round, group, claimed);
  }
  return progressOf(round) > before;
}

/** Rises with each group or model that has had what it gets in this round. */
function progressOf({ created, leftOut, closedModels }: Round): number {
  return created.batches + leftOut.size + closedModels.size;
}

async function listTurns(ctx: PipelineContext, round: Round): Promise<Turn[]> {
  const { leftOut, closedModels } = round;
  const groups = await listGroups(ctx, { requestedBy: round.began });
  const open = groups.filter((group) => !leftOut.has(nameOf(group)) && !closedModels.has(group.model));
  const turns = await takeTurnsWith(ctx, open, round.stops);
  const left = round.share - round.created.batches;
  if (left <= 0 && turns.length > 0) {
    const reason = `the account has had its share of ${mostPerHour(ctx)} batches an hour for now`;
    ctx.log.info({ event: "creation.held_back", reason, groups: turns.length });
  }
  return await servedLongestAgo(ctx, turns, left);
}

async function mayContinue(ctx: PipelineContext, round: Round): Promise<boolean> {
  if (ctx.stopping.aborted || round.isOver) return false;
  const mayWorkHere = !(await isForbidden(ctx)) && (round.isLookedAt || (await mayWork(ctx, "creation")));
  round.isLookedAt = true;
  round.isOver ||= !mayWorkHere;
  return !round.isOver;
}

async function claim(ctx: PipelineContext, round: Round, group: Group, limit: ClaimLimit) {
  try {
    const { batch, isFull, isHourFull } = await claimBatch(ctx, group, limit);
    if (isHourFull) round.isOver = true;
    // Else shorter lines of other groups would take what becomes free, again and again.
    if (!batch && isFull) round.closedModels.add(group.model);
    if (!batch) round.leftOut.add(nameOf(group));
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

/** Begins to submit it. What comes of it decides what else may be sent in this round. */
function send(ctx: PipelineContext, round: Round, group: Group, claimed: ClaimedBatch): void {
  round.created.batches++;
  round.created.requests += claimed.requestCount;
  if (round.stops.account) round.isOver = true;
  round.lanes.begin(group.model, async () => {
    const result = await submit(ctx, claimed, round.look);
    const refusal =
      result.kind === "failed" && result.error instanceof SubmissionRefusedError ? result.error : undefined;
    if (refusal?.fault === "model") round.closedModels.add(group.model);
    // What was too large goes again in this very round, in half the size.
    else if (refusal && refusal.fault !== "size") round.leftOut.add(nameOf(group));
    const isHeldAlone = result.kind === "held" && result.isOfBatch;
    if (isHeldAlone) round.leftOut.add(nameOf(group));
    if (refusal === undefined && !isHeldAlone && result.kind !== "done") round.isOver = true;
    return result.kind === "done";
  });
}

async function submit(ctx: PipelineContext, claimed: ClaimedBatch, look: Look): Promise<WorkResult> {
  const batch = { ...claimed, ...NOTHING_SENT, endpoint: ctx.provider.endpoint };
  try {
    return await workOnBatch(ctx, batch, (lease) => submitBatch(ctx, lease, batch, look));
  } finally {
    await claimed.spool.remove();
  }
}
