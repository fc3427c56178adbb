import type { Batch } from "../../batches/batch.ts";
import { createClaimed } from "../../batches/create.ts";
import { after } from "../../clock.ts";
import type { PipelineContext } from "../../context.ts";
import { estimateCost } from "../../costs/price.ts";
import { inTransaction, type Transaction } from "../../db/pool.ts";
import { openInstallation } from "../../installation/installation.ts";
import { claimRequests, failUnfit } from "../../requests/claim.ts";
import { step } from "../../step.ts";
import { lockRoomOfHour } from "../../throttle/batchesPerHour.ts";
import { draw } from "../../throttle/companyLimit.ts";
import {
  type Allowed,
  type ClaimLimit,
  choosePending,
  type Group,
  type Pending,
  readAllowed,
} from "./choosePending.ts";
import { lockUnchanged } from "./lockUnchanged.ts";
import { openSpool, type Spool } from "./spool.ts";
import { mostBytes, type WrittenInput, type WrittenLine, writeInput } from "./writeInput.ts";

export interface ClaimedBatch extends Pick<Batch, "id" | "epoch" | "requestCount" | "contentHash"> {
  spool: Spool;
}

/** What came of claiming. */
export interface Claim {
  batch: ClaimedBatch | undefined;
  /** Whether requests were left over for lack of room in the model's budget. */
  isFull: boolean;
  /** Whether the account has as many batches as it may have in an hour. */
  isHourFull?: true;
}

const FIRST_EPOCH = 1;

/**
 * Takes pending requests of a group, oldest first, into a new batch. Their lines are written before anything is locked, which
 * takes long; then one transaction locks those that are still as they were written, and records the batch with its epoch and
 * lease, the hash of its content and the claim of its requests. Nothing is known to the provider yet.
 * No batch if there was nothing left to take, or no room for it, be it in the model's budget or in the account's hour. The caller removes the spool.
 */
export async function claimBatch(ctx: PipelineContext, group: Group, limit: ClaimLimit = {}): Promise<Claim> {
  // Before there is a batch: a copy that is made from now on bears the same id.
  await openInstallation(ctx);
  const { pending, allowed } = await step(ctx, "claim.choose", () =>
    inTransaction(ctx.db, async (tx) => {
      const allowed = await readAllowed(ctx, tx, group, limit);
      return { allowed, pending: await choosePending(ctx, tx, group, allowed, limit.trialLines !== undefined) };
    }),
  );
  const spool = await openSpool();
  try {
    const wanted = { requestIds: pending.map(({ id }) => id), endpoint: ctx.provider.endpoint };
    // A transaction for what is set in it, which locks nothing: each page would be compiled without.
    const input = await step(ctx, "claim.render", () =>
      inTransaction(ctx.db, (tx) => writeInput(ctx, tx, wanted, spool, allowed.bytes)),
    );
    const { failed, ...claim } = await step(ctx, "claim", () =>
      inTransaction(ctx.db, (tx) => claimWritten(ctx, tx, { group, limit, pending, input, spool })),
    );
    for (const request of failed) ctx.log.warn({ event: "request.failed", ...request });
    if (!claim.batch) {
      if (claim.isFull)
        ctx.log.info({ event: "creation.held_back", ...group, reason: "the model's token budget is used up" });
      await spool.remove();
      return claim;
    }
    const { id: batchId, requestCount: requests } = claim.batch;
    const leftOut = input.included.length - requests;
    ctx.log.info({ event: "batch.claimed", batchId, ...group, requests, bytes: spool.bytes, leftOut });
    return claim;
  } catch (error) {
    await spool.remove();
    throw error;
  }
}

/** What a claim has prepared. */
interface Prepared {
  group: Group;
  limit: ClaimLimit;
  pending: readonly Pending[];
  input: WrittenInput;
  spool: Spool;
}

/** Claims those requests whose lines say what they should and that may be sent now; the file holds no others from then on. */
async function claimWritten(
  ctx: PipelineContext,
  tx: Transaction,
  { group, limit, pending, input, spool }: Prepared,
): Promise<Claim & { failed: Awaited<ReturnType<typeof failUnfit>> }> {
  const allowed = await readAllowed(ctx, tx, group, limit);
  const chosen = new Map(pending.map((request) => [request.id, request]));
  const seen = [...input.included, ...input.unfit].flatMap(({ id, sessionVersion }) => {
    const version = chosen.get(id)?.version;
    return version === undefined ? [] : [{ id, version, sessionVersion }];
  });
  const unchanged = await lockUnchanged(tx, group, seen);
  const unfit = input.unfit.filter(({ id }) => unchanged.has(id));
  const failed = await failUnfit(tx, unfit, ctx.clock.now());
  const valid = input.included.filter(({ id }) => unchanged.has(id));
  const { taken, hasMore } = takeAllowed(valid, allowed, (id) => chosen.get(id)?.draws ?? false);
  // Lines that another claim has taken meanwhile say nothing of the room.
  const isFull = hasMore || (input.full && input.included.length === 0);
  if (taken.length === 0) return { batch: undefined, isFull, failed };
  if ((await lockRoomOfHour(ctx, tx)) === 0) return { batch: undefined, isFull: false, isHourFull: true, failed };
  const requestIds = taken.map(({ id }) => id);
  const isTaken = new Set(requestIds);
  const isWhole = taken.length === input.included.length;
  const contentHash = isWhole
    ? input.contentHash
    : await spool.keep((line) => isTaken.has(input.included[line]?.id ?? ""));
  const id = ctx.newId();
  const requestCount = taken.length;
  const estimatedTokens = Math.ceil(spool.bytes * allowed.tokensPerByte);
  await createClaimed(tx, {
    id,
    ...group,
    provider: ctx.provider,
    createdAt: ctx.clock.now(),
    requestCount,
    bytes: spool.bytes,
    contentHash,
    analysisVersions: input.analysisVersions,
    epoch: FIRST_EPOCH,
    leaseOwner: ctx.worker,
    leaseExpiresAt: after(ctx.clock, ctx.config.BATCH_LEASE_DURATION),
    estimatedTokens,
    estimatedCostEur: await estimateCost(ctx, tx, group.model, estimatedTokens, requestCount),
  });
  await draw(ctx, tx, group.companyId, await claimRequests(tx, id, requestIds));
  return { batch: { id, epoch: FIRST_EPOCH, requestCount, contentHash, spool }, isFull, failed };
}

/** The lines that fit into what is allowed now, which may be less than when they were written. */
function takeAllowed(lines: readonly WrittenLine[], allowed: Allowed, draws: (id: string) => boolean) {
  const taken: WrittenLine[] = [];
  let bytes = 0;
  let drawn = 0;
  for (const line of lines) {
    if (taken.length >= allowed.lines) break;
    if (draws(line.id) && drawn >= allowed.draws) continue;
    if (bytes + line.bytes > mostBytes(allowed.bytes, taken.length)) return { taken, hasMore: true };
    taken.push(line);
    bytes += line.bytes;
    if (draws(line.id)) drawn++;
  }
  return { taken, hasMore: false };
}
