import { OVER } from "../../batches/batch.ts";
import type { PipelineContext } from "../../context.ts";
import { ranOrMayRun } from "../../provider/provider.ts";
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
  await step(ctx, "adopt.take", () =>
    ctx.db.query(
      `UPDATE "AIBatchRequest"
          SET "epoch" = GREATEST("epoch", $2) + 1, "leaseOwner" = NULL, "leaseExpiresAt" = NULL, "openaiBatchId" = $3,
              "inputFileId" = $4, "status" = 'VALIDATING', "providerStatus" = $5,
              "submittedAt" = COALESCE($6, "submittedAt", "createdAt"), "expiresAt" = $7, "settlingSince" = NULL,
              "notBefore" = NULL, "callFailures" = 0, "failedCalls" = 0, "failingSince" = NULL, "errorCode" = NULL,
              "errorMessage" = NULL, "submissions" = "submissions" + 1
        WHERE "id" = $1 AND "status" NOT IN ${OVER}`,
      [batch.id, mark.epoch, theirs.id, theirs.inputFileId, theirs.status, theirs.createdAt, theirs.expiresAt],
    ),
  );
  ctx.log.info({ event: "batch.adopted", batchId: batch.id, openaiBatchId: theirs.id });
}
