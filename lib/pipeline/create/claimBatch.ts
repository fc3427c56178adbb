import { analysesToSend } from "../../analysis/registry.ts";
import type { Batch } from "../../batches/batch.ts";
import { createClaimed } from "../../batches/create.ts";
import { after } from "../../clock.ts";
import type { PipelineContext } from "../../context.ts";
import { estimateCost } from "../../costs/price.ts";
import { inTransaction, type Transaction } from "../../db/pool.ts";
import { openInstallation } from "../../installation/installation.ts";
import { claimRequests, failUnfit } from "../../requests/claim.ts";
import { step } from "../../step.ts";
import { DRAWS, draw, findAllowance } from "../../throttle/companyLimit.ts";
import { mostOfOneFile, readFileSizeLimit } from "../../throttle/fileSize.ts";
import { calibrate, findRoom } from "../../throttle/tokenBudget.ts";
import { openSpool, type Spool } from "./spool.ts";
import { writeInput } from "./writeInput.ts";

/** Requests that can share a batch file. */
export type Group = Pick<Batch, "companyId" | "model">;

export interface ClaimedBatch extends Pick<Batch, "id" | "epoch" | "requestCount" | "contentHash"> {
  spool: Spool;
}

/** What came of claiming; `isFull`: requests were left over for lack of room. */
export interface Claim {
  batch: ClaimedBatch | undefined;
  isFull: boolean;
}

const FIRST_EPOCH = 1;

/** How much may be claimed. */
export interface ClaimLimit {
  /** The part of the room left in the model's token budget that this group may use. */
  share?: number;
  /** Lines of a batch that tries whether a stop can be lifted: those requests that were sent least often. */
  trialLines?: number | undefined;
}

/**
 * Takes pending requests of a group, oldest first, into a new batch: one transaction with the batch row, its epoch and
 * lease, the hash of its content and the claim of its requests. Nothing is known to the provider yet.
 * No batch if there was nothing left to take, or no room for it. The caller removes the spool.
 */
export async function claimBatch(ctx: PipelineContext, group: Group, limit: ClaimLimit = {}): Promise<Claim> {
  // Before there is a batch: a copy that is made from now on bears the same id.
  await openInstallation(ctx);
  const spool = await openSpool();
  try {
    const { id, input, failed } = await step(ctx, "claim", () =>
      inTransaction(ctx.db, (tx) => claim(ctx, tx, group, limit, spool)),
    );
    for (const request of failed) ctx.log.warn({ event: "request.failed", ...request });
    if (!id) {
      if (input.full)
        ctx.log.info({ event: "creation.held_back", ...group, reason: "the model's token budget is used up" });
      await spool.remove();
      return { batch: undefined, isFull: input.full };
    }
    const requestCount = input.included.length;
    ctx.log.info({ event: "batch.claimed", batchId: id, ...group, requests: requestCount, bytes: input.bytes });
    const batch = { id, epoch: FIRST_EPOCH, requestCount, contentHash: input.contentHash, spool };
    return { batch, isFull: input.full };
  } catch (error) {
    await spool.remove();
    throw error;
  }
}

async function claim(
  ctx: PipelineContext,
  tx: Transaction,
  group: Group,
  { share = 1, trialLines }: ClaimLimit,
  spool: Spool,
) {
  const { tokensPerByte } = await calibrate(tx, group.model);
  const room = await findRoom(ctx, tx, group.model, tokensPerByte);
  const size = await readFileSizeLimit(ctx, tx);
  // One request may use what the other groups would share: in a small share it might never find room.
  const first = !room || room.nothingInFlight ? Number.POSITIVE_INFINITY : room.bytes;
  const limit = { budget: Math.min(size.bytes, room ? room.bytes * share : Number.POSITIVE_INFINITY), first };
  const mostLines = Math.min(mostOfOneFile(ctx).lines, size.lines, trialLines ?? Number.POSITIVE_INFINITY);
  const allowed = await findAllowance(ctx, tx, group.companyId);
  const pending = await lockPending(ctx, tx, group, { mostLines, isTrial: trialLines !== undefined, allowed });
  const input = await writeInput(ctx, tx, { requestIds: pending, endpoint: ctx.provider.endpoint }, spool, limit);
  const failed = await failUnfit(tx, input.unfit, ctx.clock.now());
  if (input.included.length === 0) return { id: undefined, input, failed };
  const id = ctx.newId();
  const estimatedTokens = Math.ceil(input.bytes * tokensPerByte);
  await createClaimed(tx, {
    id,
    ...group,
    provider: ctx.provider,
    createdAt: ctx.clock.now(),
    requestCount: input.included.length,
    bytes: input.bytes,
    contentHash: input.contentHash,
    analysisVersions: input.analysisVersions,
    epoch: FIRST_EPOCH,
    leaseOwner: ctx.worker,
    leaseExpiresAt: after(ctx.clock, ctx.config.BATCH_LEASE_DURATION),
    estimatedTokens,
    estimatedCostEur: await estimateCost(ctx, tx, group.model, estimatedTokens, input.included.length),
  });
  const drawn = await claimRequests(tx, id, input.included);
  await draw(ctx, tx, group.companyId, drawn);
  return { id, input, failed };
}

interface Pending {
  id: string;
  maxBatchLines: number | null;
  /** Whether it draws on its company's limit. */
  draws: boolean;
}

/** In the order of the lines: by time, as whoever counts the lines of a file later has them. */
async function lockPending(
  ctx: PipelineContext,
  tx: Transaction,
  group: Group,
  { mostLines, isTrial, allowed }: { mostLines: number; isTrial: boolean; allowed: number },
): Promise<string[]> {
  const due = `"companyId" = $1 AND "model" = $2 AND "processingStatus" = 'PENDING_BATCHING'
    AND ("notBefore" IS NULL OR "notBefore" <= $3) AND "processingType" = ANY($5)
    ${allowed === 0 ? `AND NOT ${DRAWS}` : ""}`;
  const order = `ORDER BY ${isTrial ? `"attempt", ` : ""}"requestedAt", "id"`;
  const { rows } = await tx.query<Pending>(
    `SELECT "id", "maxBatchLines", ${DRAWS} AS "draws" FROM (
       SELECT "id", "requestedAt", "maxBatchLines", "attempt" FROM "AIProcessingRequest" WHERE ${due} ${order}
        LIMIT LEAST($4::int, (SELECT "maxBatchLines" FROM "AIProcessingRequest" WHERE ${due} ${order} LIMIT 1))
          FOR UPDATE SKIP LOCKED) AS taken
      ORDER BY "requestedAt", "id"`,
    [group.companyId, group.model, ctx.clock.now(), mostLines, analysesToSend(ctx.config)],
  );
  return takeFitting(rows, allowed).map((row) => row.id);
}

/**
 * As many as go into one file: the narrowest limit of those that are in it holds for all.
 * @param allowed how many of them may draw on their company's limit
 */
function takeFitting(pending: readonly Pending[], allowed: number): Pending[] {
  const taken: Pending[] = [];
  let most = Number.POSITIVE_INFINITY;
  let drawn = 0;
  for (const request of pending) {
    if (request.draws && drawn >= allowed) continue;
    const within = Math.min(most, request.maxBatchLines ?? Number.POSITIVE_INFINITY);
    if (taken.length >= within) continue;
    taken.push(request);
    if (request.draws) drawn++;
    most = within;
  }
  return taken;
}
