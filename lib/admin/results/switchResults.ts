import { hash } from "node:crypto";
import { z } from "zod";
import { reason } from "../../api/fields.ts";
import { audit, type CallContext, defineOperation } from "../../api/operation.ts";
import { readWithin } from "../../api/timeLimit.ts";
import { inTransaction } from "../../db/pool.ts";
import { askForJob } from "../../jobs/askForJob.ts";
import { type SwitchFilter, selectKept, switchFilter, switchJob } from "./switchJob.ts";

const LIMIT_MS = 30_000;
const count = z.number().int().nonnegative();

export const switchResults = defineOperation({
  name: "switchResults",
  summary:
    "Has sessions show kept results again, as a job: of each session, the newest that matches. With `preview`, it only counts them.",
  method: "POST",
  path: "/api/admin/results/switch",
  permission: "requests.requeue",
  confirmed: "not needed",
  input: z
    .strictObject({ filter: switchFilter, reason: reason.optional(), preview: z.boolean().default(false) })
    .refine(
      ({ filter }) => filter.version !== undefined || filter.model !== undefined || filter.requestId !== undefined,
      {
        path: ["filter"],
        error: "has to name a version, a model or a request",
      },
    )
    .refine(({ preview, reason }) => preview || reason !== undefined, { path: ["reason"], error: "has to be given" }),
  example: { filter: { analysis: "session-analysis", version: 2 }, preview: true },
  output: z.object({
    matched: count.nullable().meta({
      description:
        "Sessions with a kept result that matches and is not the one they show. Null without `preview`: the job counts them.",
    }),
    jobId: z.string().nullable().meta({ description: "The job that switches them. Null for a preview." }),
  }),
  run: async (ctx, { filter, reason, preview }) => {
    if (!preview) return { matched: null, jobId: await begin(ctx, filter, reason) };
    const { sql, values } = selectKept(filter);
    const [counted] = await readWithin(ctx, LIMIT_MS, async (tx) => {
      return (await tx.query<{ count: number }>(`SELECT count(*)::int AS "count" FROM (${sql}) kept`, values)).rows;
    });
    return { matched: counted?.count ?? 0, jobId: null };
  },
});

function begin(ctx: CallContext, filter: SwitchFilter, reason: string | undefined): Promise<string> {
  return inTransaction(ctx.db, async (tx) => {
    const companyId = filter.companyId ?? null;
    const target = { type: "results", id: hash("sha256", JSON.stringify(filter)) };
    const kind = switchJob.name;
    const job = await askForJob(ctx, tx, {
      kind,
      input: { filter },
      target,
      companyId,
      askedBy: ctx.actor.name,
    });
    const details = { filter, reason, jobId: job.id };
    await audit(ctx, tx, { action: "results.switch", outcome: "done", companyId, details });
    return job.id;
  });
}
