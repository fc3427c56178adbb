import { z } from "zod";
import { RefusedError } from "../../api/errors.ts";
import { flag, id, reason } from "../../api/fields.ts";
import { type Acting, audit, defineOperation } from "../../api/operation.ts";
import type { PipelineContext } from "../../context.ts";
import { giveUpBatch as giveUp } from "../../pipeline/giveUp.ts";
import { batchRow } from "./batchRow.ts";
import { type GiveUpPlan, giveUpPlan, planGiveUp } from "./giveUpPlan.ts";
import { inAccountOf } from "./inAccountOf.ts";
import { readBatchRow } from "./readBatchRow.ts";
import { refuseInCopy } from "./refuseInCopy.ts";

export const giveUpBatch = defineOperation({
  name: "giveUpBatch",
  summary:
    "Gives up on a stuck batch: cancels it if the provider allows, keeps the results it has, and requeues the rest 24 hours after its expiry.",
  method: "POST",
  path: "/api/admin/batches/{id}/give-up",
  permission: "batches.cancel",
  confirmed: "not needed",
  input: z.strictObject({
    id,
    reason,
    requeueNow: flag.default(false).meta({
      description: "Confirms that lines may be paid for twice: requests without an answer are requeued immediately.",
    }),
    dryRun: flag.default(false).meta({ description: "Only shows what would happen." }),
  }),
  example: { id: "batch_id_2", reason: "Still finalizing three days after its expiry", dryRun: true },
  output: z.object({
    changed: z.boolean().meta({ description: "False after a dry run, or if it was already given up in the same way." }),
    plan: giveUpPlan.meta({ description: "The state before the call." }),
    batch: batchRow,
  }),
  run: async (ctx, { id, dryRun, ...decision }) => {
    const plan = dryRun ? await requirePlan(ctx, id) : undefined;
    const done = plan ? { changed: false, plan } : await giveUpFor(ctx, id, decision);
    return { ...done, batch: await readBatchRow(ctx, id) };
  },
});

/**
 * Gives a batch up for whoever acts.
 * @throws RefusedError `not_found`, `conflict` if it is over, `database_copied`
 */
export async function giveUpFor(
  ctx: PipelineContext & Acting,
  id: string,
  decision: { reason: string; requeueNow: boolean },
): Promise<{ changed: boolean; plan: GiveUpPlan }> {
  const { companyId, provider } = await readBatchRow(ctx, id);
  const account = await inAccountOf(ctx, provider);
  const plan = await requirePlan(account, id);
  await refuseInCopy(ctx);
  const { reason, requeueNow } = decision;
  const changed = await giveUp(account, id, { by: ctx.actor.name, reason, requeueNow }, (tx, requeueAt) => {
    const details = { reason, requeueNow, requeueAt, waiting: plan.waiting, boughtTwice: plan.boughtTwice };
    const target = { type: "batch", id };
    return audit(ctx, tx, { action: "batches.give_up", outcome: "done", target, companyId, details });
  });
  return { changed, plan };
}

/** @throws RefusedError `not_found`, `conflict` */
export async function requirePlan(ctx: PipelineContext, id: string): Promise<GiveUpPlan> {
  const plan = await planGiveUp(ctx, ctx.db, id);
  if (plan) return plan;
  const { status } = await readBatchRow(ctx, id);
  throw new RefusedError("conflict", `This batch has already ended (${status}).`);
}
