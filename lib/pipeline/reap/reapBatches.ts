import { after } from "../../clock.ts";
import type { PipelineContext } from "../../context.ts";
import { arrayOf, bool, known, nullable, statement, text, timestamp } from "../../db/statement.ts";
import { atProvider } from "../../installation/atProvider.ts";
import { isOursUnsigned } from "../../installation/findSign.ts";
import { type Installation, openInstallation } from "../../installation/installation.ts";
import { type Mark, markOfBatch } from "../../installation/marks.ts";
import { isLive } from "../../providers/contract/batch.ts";
import { lookBackOf } from "../../providers/contract/capabilities.ts";
import { step } from "../../step.ts";
import { reapOne } from "./reapOne.ts";

const PAGE = 500;

interface LiveBatch extends Mark {
  providerId: string;
}

/**
 * Cancels live provider batches that carry our mark and the id of a batch of ours which has another one recorded, or is over. A
 * batch of which none is recorded yet is left to recovery, which adopts it.
 */
export async function reapBatches(ctx: PipelineContext): Promise<number> {
  if (ctx.provider.capabilities.cancelTakesMs === null) return 0;
  const installation = await openInstallation(ctx);
  const live = await step(ctx, "reap.list_batches", () => listLive(ctx, installation));
  let cancelled = 0;
  for (let start = 0; start < live.length; start += PAGE) {
    for (const { providerId, batchId } of await findSurplus(ctx, installation, live.slice(start, start + PAGE))) {
      if (ctx.stopping.aborted) return cancelled;
      const done = await reapOne(ctx, { kind: "batch", providerId, batchId }, () =>
        atProvider(ctx, "reap.cancel", () => ctx.provider.cancelBatch(providerId)),
      );
      if (done) cancelled++;
    }
  }
  return cancelled;
}

async function listLive(ctx: PipelineContext, installation: Installation): Promise<LiveBatch[]> {
  const live: LiveBatch[] = [];
  const since = after(ctx.clock, -lookBackOf(ctx.provider.capabilities));
  for await (const theirs of ctx.provider.listBatches(since)) {
    const mark = isLive(theirs) ? markOfBatch(theirs, installation) : undefined;
    if (mark) live.push({ providerId: theirs.id, ...mark });
  }
  return live;
}

async function findSurplus(ctx: PipelineContext, { detachedAt }: Installation, live: LiveBatch[]) {
  return await FIND_SURPLUS.rows(ctx.db, {
    providerIds: live.map(({ providerId }) => providerId),
    batchIds: live.map(({ batchId }) => batchId),
    areSigned: live.map(({ generation }) => generation !== null),
    detachedAt,
    provider: ctx.provider.name,
  });
}

const FIND_SURPLUS = statement({
  sql: `SELECT theirs."providerId", b."id" AS "batchId"
          FROM unnest($1::text[], $2::text[], $3::boolean[]) AS theirs("providerId", "batchId", "isSigned")
          JOIN "AIBatchRequest" b ON b."id" = theirs."batchId" AND (theirs."isSigned" OR ${isOursUnsigned("$4")})
         WHERE b."provider" = $5 AND (b."openaiBatchId" <> theirs."providerId" OR b."processedAt" IS NOT NULL)`,
  params: {
    providerIds: arrayOf(text),
    batchIds: arrayOf(text),
    areSigned: arrayOf(bool),
    detachedAt: nullable(timestamp),
    provider: text,
  },
  row: { providerId: known(text), batchId: text },
});
