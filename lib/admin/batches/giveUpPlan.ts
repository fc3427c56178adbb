import { z } from "zod";
import { euros, time } from "../../api/fields.ts";
import { LIVE } from "../../batches/states.ts";
import type { PipelineContext } from "../../context.ts";
import type { Sql } from "../../db/pool.ts";
import { int, known, nullable, numeric, statement, text, timestamp } from "../../db/statement.ts";
import { requeueTime } from "../../pipeline/end/letGo.ts";

const count = z.number().int().nonnegative();

/** What giving up a batch comes to, said before it is done. */
export const giveUpPlan = z.object({
  waiting: count.meta({ description: "Requests without a result." }),
  requeueAt: time.meta({
    description: "When requests still without an answer are requeued: 24 hours after the expiry.",
  }),
  boughtTwice: z
    .object({ lines: count, costEur: euros.nullable().meta({ description: "Null if no price was known." }) })
    .meta({
      description: "The most that may be paid for twice if they are requeued before the provider ends the batch.",
    }),
});

export type GiveUpPlan = z.input<typeof giveUpPlan>;

/** Null for a batch that is over, or does not exist. */
export async function planGiveUp(
  ctx: Pick<PipelineContext, "clock" | "provider">,
  sql: Sql,
  batchId: string,
): Promise<GiveUpPlan | null> {
  const batch = await READ.first(sql, { batchId });
  if (!batch) return null;
  const { waiting, costEur } = batch;
  // Nothing can have been created without a file.
  const isUnsent = batch.openaiBatchId === null && batch.inputFileId === null;
  if (isUnsent) return { waiting, requeueAt: ctx.clock.now(), boughtTwice: { lines: 0, costEur: "0" } };
  return { waiting, requeueAt: requeueTime(ctx, ctx.clock.now(), batch), boughtTwice: { lines: waiting, costEur } };
}

const READ = statement({
  sql: `SELECT b."openaiBatchId", b."inputFileId", b."submittedAt", b."expiresAt", w."waiting",
               round(b."estimatedCostEur" * w."waiting" / GREATEST(b."requestCount", 1), 6) AS "costEur"
          FROM "AIBatchRequest" b, LATERAL (
               SELECT count(*)::int AS "waiting" FROM "AIProcessingRequest" r
                WHERE r."batchId" = b."id" AND r."processingStatus" = 'BATCHING_IN_PROGRESS') w
         WHERE b."id" = $1 AND b."status" IN ${LIVE}`,
  params: { batchId: text },
  row: {
    openaiBatchId: nullable(text),
    inputFileId: nullable(text),
    submittedAt: nullable(timestamp),
    expiresAt: nullable(timestamp),
    waiting: known(int),
    costEur: nullable(numeric),
  },
});
