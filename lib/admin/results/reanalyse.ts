import { hash } from "node:crypto";
import { z } from "zod";
import { analysesToSend } from "../../analysis/registry.ts";
import { RefusedError } from "../../api/errors.ts";
import { euros, modelName, reason } from "../../api/fields.ts";
import { audit, type CallContext, defineOperation } from "../../api/operation.ts";
import { readWithin } from "../../api/timeLimit.ts";
import { inTransaction, type Transaction } from "../../db/pool.ts";
import { statement, text } from "../../db/statement.ts";
import { askForJob } from "../../jobs/askForJob.ts";
import { forecast } from "./forecast.ts";
import { type reanalysisInput, reanalysisJob } from "./reanalysisJob.ts";
import { resultFilter } from "./resultFilter.ts";

const LIMIT_MS = 30_000;
const count = z.number().int().nonnegative();

export const reanalyse = defineOperation({
  name: "reanalyse",
  summary:
    "Analyses again, as a job, the sessions whose shown results match a filter. With `preview`, it only says what that costs.",
  method: "POST",
  path: "/api/admin/results/reanalyse",
  permission: "requests.requeue",
  confirmed: "not needed",
  input: z
    .strictObject({
      filter: resultFilter,
      askModel: modelName.optional().meta({
        description: "The model to ask. Without it, the one that the company has chosen, or the analysis' own.",
      }),
      reason: reason.optional(),
      preview: z.boolean().default(false),
    })
    .refine(({ preview, reason }) => preview || reason !== undefined, { path: ["reason"], error: "has to be given" }),
  example: { filter: { analysis: "session-analysis", belowVersion: 3 }, preview: true },
  output: z.object({
    matched: count.nullable().meta({
      description:
        "Shown results that match, and for which no request is waiting yet. Null without `preview`: the job counts them.",
    }),
    estimatedCostEur: euros.nullable().meta({
      description:
        "About what all of them cost, by what they used before, with the labels of new questions. Null where no price is known, and without `preview`.",
    }),
    jobId: z.string().nullable().meta({ description: "The job that requests them. Null for a preview." }),
  }),
  run: async (ctx, { filter, askModel, reason, preview }) => {
    const { analysis } = filter;
    if (!analysesToSend(ctx.config).includes(analysis)) {
      throw new RefusedError("conflict", `The analysis ${analysis} is switched off. Set QUESTION_TOPICS to true.`);
    }
    if (!preview) {
      return { matched: null, estimatedCostEur: null, jobId: await begin(ctx, { filter, askModel }, reason) };
    }
    const found = await readWithin(ctx, LIMIT_MS, async (tx) => {
      if (askModel !== undefined) await requireModel(tx, askModel);
      return forecast(ctx, tx, filter, askModel);
    });
    return { ...found, jobId: null };
  },
});

type Wanted = z.output<typeof reanalysisInput>;

function begin(ctx: CallContext, input: Omit<Wanted, "since">, reason: string | undefined) {
  return inTransaction(ctx.db, async (tx) => {
    const { filter, askModel } = input;
    if (askModel !== undefined) await requireModel(tx, askModel);
    const companyId = filter.companyId ?? null;
    const target = { type: "results", id: hash("sha256", JSON.stringify(input)) };
    const asked = { ...input, since: ctx.clock.now().toISOString() };
    const kind = reanalysisJob.name;
    const job = await askForJob(ctx, tx, { kind, input: asked, target, companyId, askedBy: ctx.actor.name });
    const details = { filter, askModel, reason, jobId: job.id };
    await audit(ctx, tx, { action: "results.reanalyse", outcome: "done", companyId, details });
    return job.id;
  });
}

/** @throws RefusedError `invalid_input` */
async function requireModel(tx: Transaction, model: string): Promise<void> {
  if ((await FIND_MODEL.run(tx, { model })) > 0) return;
  throw new RefusedError("invalid_input", `The input is not valid. askModel: no active model is named "${model}"`);
}

const FIND_MODEL = statement({
  sql: `SELECT 1 FROM "AIModel" WHERE "name" = $1 AND "isActive"`,
  params: { model: text },
});
