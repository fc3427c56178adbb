import { z } from "zod";
import { notFound, RefusedError } from "../../api/errors.ts";
import { flag, id, reason } from "../../api/fields.ts";
import { audit, type CallContext, defineOperation } from "../../api/operation.ts";
import { AIBatchRequestStatus } from "../../db/enums.ts";
import { nullable, oneOf, type RowOf, statement, text } from "../../db/statement.ts";
import { cancelUnsent } from "../../pipeline/end/cancelUnsent.ts";
import { batchRow } from "./batchRow.ts";
import { cancelAtProvider } from "./cancelAtProvider.ts";
import { inAccountOf } from "./inAccountOf.ts";
import { readBatchRow } from "./readBatchRow.ts";
import { refuseInCopy } from "./refuseInCopy.ts";

export const cancelBatch = defineOperation({
  name: "cancelBatch",
  summary: "Cancels a batch at the provider. Finished lines are kept and paid for; the others become pending again.",
  method: "POST",
  path: "/api/admin/batches/{id}/cancel",
  permission: "batches.cancel",
  confirmed: "not needed",
  input: z.strictObject({
    id,
    reason,
    dryRun: flag.default(false).meta({ description: "Only says whether it would be cancelled." }),
  }),
  example: { id: "batch_id_1", reason: "Created with the wrong model" },
  output: z.object({
    changed: z
      .boolean()
      .meta({ description: "False after a dry run, or if it is already cancelled or being cancelled." }),
    wouldChange: z
      .boolean()
      .optional()
      .meta({ description: "Of a dry run: whether cancelling would change anything." }),
    batch: batchRow,
  }),
  run: async (ctx, { id, reason, dryRun }) => {
    const target = await READ_TARGET.first(ctx.db, { id });
    if (!target) throw notFound("batch");
    const account = await inAccountOf(ctx, target.provider);
    const wouldChange = canBeCancelled(account, target);
    if (dryRun) return { changed: false, wouldChange, batch: await readBatchRow(ctx, id) };
    if (wouldChange) await cancel(account, target, reason);
    return { changed: wouldChange, batch: await readBatchRow(ctx, id) };
  },
});

/** A batch as far as it matters for cancelling it. */
type CancelTarget = RowOf<typeof READ_TARGET>;

/**
 * Whether there is anything to cancel; false if that has been asked for already.
 * @throws RefusedError `conflict` if it is too late
 */
function canBeCancelled(ctx: CallContext, { status, providerStatus }: CancelTarget): boolean {
  const there = providerStatus === null ? undefined : ctx.provider.stateOf(providerStatus);
  if (status === "CANCELLED" || there === "cancelling" || there === "cancelled") return false;
  if (status === "COMPLETED") {
    throw new RefusedError("conflict", "The provider has finished this batch. Its results are being collected.");
  }
  if (status === "PROCESSED" || status === "FAILED") {
    throw new RefusedError("conflict", `This batch has already ended (${status.toLowerCase()}).`);
  }
  return true;
}

async function cancel(ctx: CallContext, batch: CancelTarget, reason: string): Promise<void> {
  const { openaiBatchId } = batch;
  if (openaiBatchId !== null && ctx.provider.capabilities.cancelTakesMs === null) {
    throw new RefusedError("conflict", "This provider cannot cancel a batch that it has. Wait for it to end.");
  }
  if (openaiBatchId !== null) await cancelAtProvider(ctx, { ...batch, openaiBatchId }, reason);
  else await cancelBeforeSending(ctx, batch, reason);
}

async function cancelBeforeSending(ctx: CallContext, batch: CancelTarget, reason: string): Promise<void> {
  await refuseInCopy(ctx);
  const target = { type: "batch", id: batch.id };
  const end = await cancelUnsent(ctx, batch.id, (tx) =>
    audit(ctx, tx, {
      action: "batches.cancel",
      outcome: "done",
      target,
      companyId: batch.companyId,
      details: { reason },
    }),
  );
  if (end === "in_hands") {
    throw new RefusedError("conflict", "This batch is being submitted right now. Try again in a minute.");
  }
  if (end === "perhaps_sent") {
    const message = "LiveDash is checking whether the provider already has this batch. Try again in a few minutes.";
    throw new RefusedError("conflict", message);
  }
}

const READ_TARGET = statement({
  sql: `SELECT "id", "companyId", "provider", "openaiBatchId", "status", "providerStatus" FROM "AIBatchRequest" WHERE "id" = $1`,
  params: { id: text },
  row: {
    id: text,
    companyId: text,
    provider: text,
    openaiBatchId: nullable(text),
    status: oneOf("AIBatchRequestStatus", AIBatchRequestStatus),
    providerStatus: nullable(text),
  },
});
