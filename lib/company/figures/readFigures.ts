import { z } from "zod";
import { defineVerb } from "../../api/verb.ts";
import { asTenant } from "../asTenant.ts";
import { filterFields } from "../sessions/filter.ts";
import { countFigures, figuresShape } from "./figures.ts";
import { BUCKETS, choosePeriod } from "./period.ts";
import { questionShape, topQuestions } from "./topQuestions.ts";

export const readFigures = defineVerb({
  name: "readFigures",
  summary: "The company's figures over a period and for each day, week or month in it.",
  method: "GET",
  path: "/api/company/figures",
  permission: "company.sessions.read",
  input: z.strictObject({
    ...filterFields,
    bucket: z
      .enum(BUCKETS)
      .optional()
      .meta({ description: "The interval to divide the period into. Default: one that suits its length." }),
  }),
  example: { from: "2026-11-01", to: "2026-11-30", bucket: "week" },
  output: z.object({
    period: z.object({ from: z.iso.date(), to: z.iso.date(), bucket: z.enum(BUCKETS), timeZone: z.string() }),
    totals: figuresShape,
    overTime: z.array(z.object({ from: z.iso.date(), to: z.iso.date(), ...figuresShape.shape })),
    questions: z.array(questionShape).meta({ description: "The questions most sessions ask, at most 20." }),
  }),
  run: (ctx, { bucket, ...filter }) =>
    asTenant(ctx, async (tenant) => {
      const period = await choosePeriod(tenant, ctx.clock.now(), { ...filter, bucket });
      const { from, to } = period;
      const chosen = { ...filter, from, to };
      const { totals, parts } = await countFigures(tenant, chosen, period);
      const questions = await topQuestions(tenant, chosen, period);
      const { timeZone } = tenant.company;
      return { period: { from, to, bucket: period.bucket, timeZone }, totals, overTime: parts, questions };
    }),
});
