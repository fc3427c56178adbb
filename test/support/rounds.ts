import type { PipelineContext } from "../../lib/context.ts";
import { batchCreator } from "../../lib/pipeline/batchCreator.ts";
import { readStops } from "../../lib/pipeline/create/holdBack.ts";
import { pollUntilOver } from "./pipeline.ts";
import { asTimeGoesBy, passTime } from "./testClock.ts";

/** Longer than the creation interval and the first back-off of a pipeline that tests start. */
const PAUSE_MS = 120;

/** One round, once what is stopped may be tried again: what is due is sent, and all that runs comes to its end. */
export async function playRound(ctx: PipelineContext): Promise<{ batches: number; requests: number }> {
  await passTime(ctx, PAUSE_MS);
  await untilTrial(ctx);
  const created = await asTimeGoesBy(ctx, () => batchCreator(ctx));
  await pollUntilOver(ctx);
  return created;
}

/** Lets time pass until all that is stopped may be tried again. */
export async function untilTrial(ctx: PipelineContext): Promise<void> {
  const { account, models } = await readStops(ctx);
  const due = [account, ...models.values()].map((stop) => stop?.nextTrialAt.getTime() ?? 0);
  await passTime(ctx, Math.max(0, Math.max(...due) - ctx.clock.now().getTime()));
}

interface RequestCounts {
  pending: number;
  complete: number;
  failed: number;
  /** The attempts that they have spent in all. */
  spent: number;
}

/** How many requests stand in each status. */
export async function countRequests({ db }: Pick<PipelineContext, "db">): Promise<RequestCounts> {
  const { rows } = await db.query<RequestCounts>(
    `SELECT count(*) FILTER (WHERE "processingStatus" = 'PENDING_BATCHING')::int AS "pending",
            count(*) FILTER (WHERE "processingStatus" = 'PROCESSING_COMPLETE')::int AS "complete",
            count(*) FILTER (WHERE "processingStatus" = 'PROCESSING_FAILED')::int AS "failed",
            sum("failedAttempts")::int AS "spent" FROM "AIProcessingRequest"`,
  );
  const [counts] = rows;
  if (!counts) throw new Error("A count has one row.");
  return counts;
}
