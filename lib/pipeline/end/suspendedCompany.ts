import type { Lease } from "../../batches/lease.ts";
import type { PipelineContext } from "../../context.ts";
import type { Sql } from "../../db/pool.ts";
import { statement, text } from "../../db/statement.ts";
import { SERVED } from "../../throttle/served.ts";
import { endBatch, releaseWaiting } from "./endBatch.ts";

const MESSAGE = "The company was suspended before the batch was sent.";

/** Whether the company of this batch may have no new batches: what is not bought yet must not be bought. */
export async function isOfSuspended(sql: Sql, batch: { companyId: string }): Promise<boolean> {
  return (await FIND_SUSPENDED.run(sql, { id: batch.companyId })) > 0;
}

const FIND_SUSPENDED = statement({
  sql: `SELECT 1 FROM "Company" WHERE "id" = $1 AND "status" NOT IN ${SERVED}`,
  params: { id: text },
});

/**
 * Ends a batch in place of sending it. Its requests wait as pending until the company is served again. Only for a batch
 * of which the provider certainly has nothing that ran or may yet run.
 */
export async function endUnbought(ctx: PipelineContext, lease: Lease): Promise<void> {
  await releaseWaiting(ctx, lease, "batch_cancelled", MESSAGE);
  await endBatch(ctx, lease, { status: "CANCELLED", errorCode: "company_suspended", errorMessage: MESSAGE });
}
