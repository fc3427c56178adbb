import { z } from "zod";
import { defineOperation } from "../../api/operation.ts";
import { asTenant, companyIdOf, type Tenant } from "../asTenant.ts";
import { recordSearch } from "../recordReading.ts";
import { filterFields } from "../sessions/filter.ts";
import { countFigures, figuresShape } from "./figures.ts";
import { BUCKETS, choosePeriod } from "./period.ts";
import { questionShape, topQuestions } from "./topQuestions.ts";
import { topicShape, topTopics } from "./topTopics.ts";

export const figuresInput = z.strictObject({
  ...filterFields,
  bucket: z
    .enum(BUCKETS)
    .optional()
    .meta({ description: "The interval to divide the period into. Default: one that suits its length." }),
});

export const readFigures = defineOperation({
  name: "readFigures",
  summary: "The company's figures over a period and for each day, week, month or year in it.",
  method: "GET",
  path: "/api/company/figures",
  permission: "company.sessions.read",
  input: figuresInput,
  example: { from: "2026-11-01", to: "2026-11-30", bucket: "week" },
  output: z.object({
    period: z.object({ from: z.iso.date(), to: z.iso.date(), bucket: z.enum(BUCKETS), timeZone: z.string() }),
    totals: figuresShape,
    overTime: z.array(z.object({ from: z.iso.date(), to: z.iso.date(), ...figuresShape.shape })),
    previous: z
      .object({
        from: z.iso.date(),
        to: z.iso.date(),
        totals: figuresShape,
        overTime: z.array(z.object({ from: z.iso.date(), to: z.iso.date(), ...figuresShape.shape })),
      })
      .meta({
        description: "The same number of days just before the period, divided into intervals of the same lengths.",
      }),
    questions: z.array(questionShape).meta({ description: "The questions most sessions ask, at most 20." }),
    topics: z
      .array(topicShape)
      .meta({ description: "What most sessions ask about, at most 20, of labelled questions." }),
  }),
  run: async (ctx, input) => {
    const figures = await asTenant(ctx, (tenant) => figuresOf(tenant, ctx.clock.now(), input));
    await recordSearch(ctx, companyIdOf(ctx), input);
    return figures;
  },
});

export async function figuresOf(tenant: Tenant, now: Date, { bucket, ...filter }: z.output<typeof figuresInput>) {
  const period = await choosePeriod(tenant, now, { ...filter, bucket });
  const { from, to, previous } = period;
  const chosen = { ...filter, from, to };
  const counted = await countFigures(tenant, chosen, period);
  const sessions = counted.totals.sessions + counted.previous.totals.sessions;
  return {
    period: { from, to, bucket: period.bucket, timeZone: tenant.company.timeZone },
    totals: counted.totals,
    overTime: counted.parts,
    previous: {
      from: previous.from,
      to: previous.to,
      totals: counted.previous.totals,
      overTime: counted.previous.parts,
    },
    questions: await topQuestions(tenant, chosen, period, sessions),
    topics: await topTopics(tenant, chosen, period, sessions),
  };
}
