import { analysisNames } from "../analysis/registry.ts";
import type { PipelineContext } from "../context.ts";
import { OVER } from "./batch.ts";
import { type ClaimedBatch, claimBatch, type Group } from "./claimBatch.ts";
import { readStop } from "./providerStop.ts";
import { submitBatch } from "./submitBatch.ts";
import { type WorkResult, workOnBatch } from "./workOnBatch.ts";

/**
 * One round of batch creation: puts all pending requests into batches, one company and one model each, and submits them.
 * Groups take turns batch by batch, so that a company with a million requests does not keep another waiting.
 * Stops when the provider does not take what it is given.
 */
export async function batchCreator(ctx: PipelineContext): Promise<{ batches: number; requests: number }> {
  const created = { batches: 0, requests: 0 };
  const stop = await readStop(ctx);
  if (stop && (await isSubmissionAsking(ctx))) {
    ctx.log.error({ event: "creation.held_back", reason: stop.message });
    return created;
  }
  if (await isProviderRefusing(ctx)) {
    ctx.log.warn({ event: "creation.held_back", reason: "an earlier submission waits for the provider" });
    return created;
  }
  for (let claimedAny = true; claimedAny; ) {
    claimedAny = false;
    const groups = await listGroups(ctx);
    for (const [index, group] of groups.entries()) {
      if (ctx.stopping.aborted) return created;
      // Those still to come in this turn keep their part of the model's budget.
      const sharing = groups.slice(index).filter(({ model }) => model === group.model).length;
      const claimed = await claimBatch(ctx, group, 1 / sharing);
      if (!claimed) continue;
      claimedAny = true;
      created.batches++;
      created.requests += claimed.requestCount;
      if ((await submit(ctx, claimed)).kind !== "done") return created;
    }
  }
  return created;
}

async function submit(ctx: PipelineContext, claimed: ClaimedBatch): Promise<WorkResult> {
  const batch = { ...claimed, openaiBatchId: null, callFailures: 0, errorCode: null, submissions: 0 };
  try {
    return await workOnBatch(ctx, batch, (lease) => submitBatch(ctx, lease, batch));
  } finally {
    await claimed.spool.remove();
  }
}

/** Whether a submission goes on asking the provider. Where none does, the next batch has to: nobody else would lift the stop. */
async function isSubmissionAsking(ctx: PipelineContext): Promise<boolean> {
  const { rowCount } = await ctx.db.query(
    `SELECT 1 FROM "AIBatchRequest" WHERE "status" NOT IN ${OVER} AND "openaiBatchId" IS NULL LIMIT 1`,
  );
  return (rowCount ?? 0) > 0;
}

/** Whether a submission is waiting out a failure: claiming more would only pile up batches that cannot be sent. */
async function isProviderRefusing(ctx: PipelineContext): Promise<boolean> {
  const { rowCount } = await ctx.db.query(
    `SELECT 1 FROM "AIBatchRequest"
      WHERE "status" NOT IN ${OVER} AND "openaiBatchId" IS NULL AND "callFailures" > 0 AND "notBefore" > $1 LIMIT 1`,
    [ctx.clock.now()],
  );
  return (rowCount ?? 0) > 0;
}

/** Companies that may have new batches, with each model that they need; those with the least in flight come first. */
async function listGroups(ctx: PipelineContext): Promise<Group[]> {
  const { rows } = await ctx.db.query<Group>(
    `SELECT r."companyId", r."model"
       FROM "AIProcessingRequest" r JOIN "Company" c ON c."id" = r."companyId"
      WHERE r."processingStatus" = 'PENDING_BATCHING' AND (r."notBefore" IS NULL OR r."notBefore" <= $1)
        AND c."status" IN ('ACTIVE', 'TRIAL') AND r."processingType" = ANY($2)
      GROUP BY r."companyId", r."model"
      ORDER BY (SELECT COALESCE(sum(b."estimatedTokens"), 0) FROM "AIBatchRequest" b
                 WHERE b."companyId" = r."companyId" AND b."model" = r."model" AND b."status" NOT IN ${OVER}),
               min(r."requestedAt"), r."companyId", r."model"`,
    [ctx.clock.now(), analysisNames()],
  );
  return rows;
}
