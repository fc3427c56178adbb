import type { Lease } from "../../batches/lease.ts";
import type { PipelineContext } from "../../context.ts";
import { endBatch, releaseWaiting } from "./endBatch.ts";

const MESSAGE = "The company was suspended before the batch was sent.";

/**
 * Ends a batch in place of sending it. Its requests wait as pending until the company is served again. Only for a batch
 * of which the provider certainly has nothing that ran or may yet run.
 */
export async function endUnbought(ctx: PipelineContext, lease: Lease): Promise<void> {
  await releaseWaiting(ctx, lease, "batch_cancelled", MESSAGE);
  await endBatch(ctx, lease, { status: "CANCELLED", errorCode: "company_suspended", errorMessage: MESSAGE });
}
