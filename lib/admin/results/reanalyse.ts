import { z } from "zod";
import { analysesToSend, requireAnalysis } from "../../analysis/registry.ts";
import { RefusedError } from "../../api/errors.ts";
import { euros, modelName, reason } from "../../api/fields.ts";
import { readWithin } from "../../api/timeLimit.ts";
import { audit, type CallContext, defineVerb } from "../../api/verb.ts";
import { inTransaction, type Transaction } from "../../db/pool.ts";
import { statement, text } from "../../db/statement.ts";
import { lockReanalysis, requestAgain } from "../../requests/reanalyse.ts";
import { type Asked, forecast, selectAsked } from "./forecast.ts";
import { resultFilter } from "./resultFilter.ts";

const LIMIT_MS = 30_000;
/** So many are requested in one call, so that it ends soon. */
const MOST_AT_ONCE = 10_000;
const count = z.number().int().nonnegative();

export const reanalyse = defineVerb({
  name: "reanalyse",
  summary: `Analyses again the sessions whose shown results match a filter, ${MOST_AT_ONCE} in a call. With \`preview\`, it only says what that costs.`,
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
    matched: count.meta({ description: "Shown results that match, and for which no request is waiting yet." }),
    estimatedCostEur: euros.nullable().meta({
      description: "About what all of them cost, by what they used before; null where no price is known.",
    }),
    requested: count.meta({ description: "Requests that this call has made; 0 for a preview." }),
    left: count.meta({ description: "What matches and has no request yet. Call again to request these." }),
  }),
  run: async (ctx, { filter, askModel, reason, preview }) => {
    const { analysis } = filter;
    if (!analysesToSend(ctx.config).includes(analysis)) {
      throw new RefusedError("conflict", `The analysis ${analysis} is switched off. Set QUESTION_TOPICS to true.`);
    }
    const found = await readWithin(ctx, LIMIT_MS, async (tx) => {
      if (askModel !== undefined) await requireModel(tx, askModel);
      return forecast(ctx, tx, filter, askModel);
    });
    if (preview) return { ...found, requested: 0, left: found.matched };
    const requested = await request(ctx, { filter, askModel, reason });
    return { ...found, requested, left: Math.max(0, found.matched - requested) };
  },
});

interface Wanted {
  filter: z.output<typeof resultFilter>;
  askModel: string | undefined;
  reason: string | undefined;
}

function request(ctx: CallContext, { filter, askModel, reason }: Wanted): Promise<number> {
  return inTransaction(ctx.db, async (tx) => {
    await lockReanalysis(tx);
    const { sql, values } = selectAsked(filter, askModel ?? requireAnalysis(filter.analysis).ownModel, MOST_AT_ONCE);
    const { rows } = await tx.query<Asked>(sql, values);
    const again = rows.map(({ requestId, target }) => ({ id: ctx.newId(), requestId, model: target }));
    await requestAgain(tx, again, ctx.clock.now());
    const details = { filter, askModel, reason, requested: again.length };
    const companyId = filter.companyId ?? null;
    await audit(ctx, tx, { action: "results.reanalyse", outcome: "done", companyId, details });
    ctx.log.info({ event: "results.reanalysed", filter, requested: again.length });
    return again.length;
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
