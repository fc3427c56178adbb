import { recordFound } from "../../batches/takeOver.ts";
import type { PipelineContext } from "../../context.ts";
import { ranOrMayRun } from "../../providers/contract/batch.ts";
import { step } from "../../step.ts";
import type { MarkedBatch, Survey } from "./survey.ts";

type Open = Survey["open"][number];

/**
 * What the provider has of a batch that is not over here, where it is not what is recorded: the batch was sent in the time
 * that is lost, or sent again after what is recorded had failed.
 */
export function findUnrecorded({ batch, found }: Open): MarkedBatch | undefined {
  const [best] = found;
  if (!best || !ranOrMayRun(best.theirs) || best.theirs.id === batch.openaiBatchId) return undefined;
  if (batch.openaiBatchId === null) return best;
  const recorded = found.find(({ theirs }) => theirs.id === batch.openaiBatchId);
  return recorded && !ranOrMayRun(recorded.theirs) ? best : undefined;
}

/** Records that this provider batch is this batch's. Whoever holds the batch now can write no more. */
export async function takeFound(ctx: PipelineContext, { batch }: Open, { mark, theirs }: MarkedBatch): Promise<void> {
  await step(ctx, "adopt.take", () => recordFound(ctx.db, batch.id, { epoch: mark.epoch, theirs }));
  ctx.log.info({ event: "batch.adopted", batchId: batch.id, openaiBatchId: theirs.id });
}
