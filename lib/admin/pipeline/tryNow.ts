import { z } from "zod";
import { modelName } from "../../api/fields.ts";
import { type Acting, audit, defineOperation } from "../../api/operation.ts";
import { wakeFailing } from "../../batches/wake.ts";
import type { Context } from "../../context.ts";
import { inTransaction, type Sql } from "../../db/pool.ts";
import { nullable, statement, text, timestamp } from "../../db/statement.ts";
import { FAILURES, type FailureCode } from "../../failures.ts";
import { MOST_WOKEN, wakeRequests } from "../../requests/requeue.ts";
import type { SchedulerName } from "../../schedulers/schedules.ts";
import { wantRuns } from "../../schedulers/wants.ts";
import { askAgainForAccount } from "../../throttle/providerStop.ts";
import { tryModelsNow } from "../../throttle/trial.ts";

export const tryNowInput = z
  .strictObject({
    what: z.enum(["requests", "calls", "models", "account"]).meta({
      description:
        "Requests waiting after a failure; calls about batches that failed; models on hold after a refusal; the account, if the provider refuses it.",
    }),
    errorCode: z
      .enum(Object.keys(FAILURES) as [FailureCode])
      .optional()
      .meta({ description: "Of requests: those with this failure alone." }),
    model: modelName.optional().meta({ description: "Of models: this one alone." }),
  })
  .refine(({ what, errorCode }) => errorCode === undefined || what === "requests", {
    path: ["errorCode"],
    error: "goes with requests",
  })
  .refine(({ what, model }) => model === undefined || what === "models", {
    path: ["model"],
    error: "goes with models",
  });

type Input = z.output<typeof tryNowInput>;

export const tryNow = defineOperation({
  name: "tryNow",
  summary:
    "Retries now whatever is waiting after a failure: the pause ends, and creation or polling runs. Attempts already made still count.",
  method: "POST",
  path: "/api/admin/pipeline/try-now",
  permission: "requests.requeue",
  confirmed: "not needed",
  input: tryNowInput,
  example: { what: "requests", errorCode: "answer_empty" },
  output: z.object({
    changed: z
      .number()
      .int()
      .nonnegative()
      .meta({ description: "How many requests, batches, models or stops lost a pause." }),
    more: z.boolean().meta({ description: `Whether more are left: ${MOST_WOKEN} requests at a time.` }),
  }),
  run: tryNowFor,
});

/** The same for whoever acts. */
export async function tryNowFor(ctx: Context & Acting, input: Input): Promise<{ changed: number; more: boolean }> {
  const changed = await inTransaction(ctx.db, async (tx) => {
    const count = await WAYS[input.what](ctx, tx, input);
    if (count === 0) return 0;
    await wantRuns(ctx, tx, RUNS[input.what]);
    await audit(ctx, tx, { action: "pipeline.try_now", outcome: "done", details: { ...input, changed: count } });
    return count;
  });
  ctx.log.info({ event: "pipeline.tried_now", ...input, changed });
  return { changed, more: input.what === "requests" && changed >= MOST_WOKEN };
}

/** What has to run for it to be tried: a batch that was not sent is sent by the polling. */
const RUNS: Record<Input["what"], readonly SchedulerName[]> = {
  requests: ["batch-creation"],
  calls: ["batch-polling"],
  models: ["batch-creation"],
  account: ["batch-creation", "batch-polling"],
};

const WAYS: Record<Input["what"], (ctx: Context, tx: Sql, input: Input) => Promise<number>> = {
  requests: (ctx, tx, { errorCode }) => wakeRequests(tx, ctx.clock.now(), errorCode ?? null),
  calls: (ctx, tx) => wakeFailing(tx, ctx.clock.now()),
  models: async (ctx, tx, { model }) => {
    const rested = await END_RESTS.run(tx, { now: ctx.clock.now(), model: model ?? null });
    return rested + (await tryModelsNow(ctx, tx, model));
  },
  account: askAgainForAccount,
};

const END_RESTS = statement({
  sql: `UPDATE "ModelBudget" SET "notBefore" = NULL WHERE "notBefore" > $1 AND ($2::text IS NULL OR "model" = $2)`,
  params: { now: timestamp, model: nullable(text) },
});
