import { z } from "zod";
import { id, reason } from "../../api/fields.ts";
import { readWithin } from "../../api/timeLimit.ts";
import { audit, type CallContext, defineVerb } from "../../api/verb.ts";
import { Parameters } from "../../db/parameters.ts";
import { inTransaction, type Transaction } from "../../db/pool.ts";
import { type Switched, switchResults as showAgain } from "../../requests/switchResults.ts";
import { IS_SHOWN, type ResultFilter, resultFilter, whereResults } from "./resultFilter.ts";

const LIMIT_MS = 30_000;
/** Applied in one transaction, as answers are when they come. */
const CHUNK = 1_000;
const CHUNKS_AT_ONCE = 5;
const count = z.number().int().nonnegative();

const filter = resultFilter.omit({ belowVersion: true }).extend({
  requestId: id.optional().meta({ description: "The result of this request alone." }),
});

export const switchResults = defineVerb({
  name: "switchResults",
  summary: `Has sessions show kept results again, ${CHUNK * CHUNKS_AT_ONCE} in a call: of each session, the newest that matches. With \`preview\`, it only counts them.`,
  method: "POST",
  path: "/api/admin/results/switch",
  permission: "requests.requeue",
  confirmed: "not needed",
  input: z
    .strictObject({ filter, reason: reason.optional(), preview: z.boolean().default(false) })
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
    matched: count.meta({ description: "Sessions with a kept result that matches and is not the one they show." }),
    switched: count.meta({ description: "Sessions that show it now; 0 for a preview." }),
    unfit: count.meta({ description: "Results left alone: the present version of the analysis would refuse them." }),
    left: count.meta({ description: "Sessions that have not been switched yet. Call again for these." }),
  }),
  run: async (ctx, { filter, reason, preview }) => {
    const matched = await readWithin(ctx, LIMIT_MS, async (tx) => {
      const { sql, values } = selectKept(filter, "", null);
      return (await tx.query<{ count: number }>(`SELECT count(*)::int AS "count" FROM (${sql}) kept`, values)).rows;
    }).then(([row]) => row?.count ?? 0);
    if (preview) return { matched, switched: 0, unfit: 0, left: matched };
    const { switched, unfit } = await switchInChunks(ctx, filter);
    const details = { filter, reason, switched, unfit };
    const companyId = filter.companyId ?? null;
    await audit(ctx, ctx.db, { action: "results.switch", outcome: "done", companyId, details });
    ctx.log.info({ event: "results.switched", filter, switched, unfit });
    return { matched, switched, unfit, left: Math.max(0, matched - switched - unfit) };
  },
});

type Filter = ResultFilter & { requestId?: string | undefined };

async function switchInChunks(ctx: CallContext, filter: Filter): Promise<Switched> {
  const sum = { switched: 0, unfit: 0 };
  let after = "";
  for (let chunk = 0; chunk < CHUNKS_AT_ONCE; chunk++) {
    const done = await inTransaction(ctx.db, async (tx) => {
      const requestIds = await readChunk(tx, filter, after);
      after = requestIds.at(-1) ?? after;
      return { ...(await showAgain(ctx, tx, requestIds)), read: requestIds.length };
    });
    sum.switched += done.switched;
    sum.unfit += done.unfit;
    if (done.read < CHUNK) break;
  }
  return sum;
}

async function readChunk(tx: Transaction, filter: Filter, after: string): Promise<string[]> {
  const { sql, values } = selectKept(filter, after, CHUNK);
  return (await tx.query<{ requestId: string }>(sql, values)).rows.map(({ requestId }) => requestId);
}

/** Of each session, the newest kept result that matches, unless one that does is shown already. As SQL. */
function selectKept({ requestId, ...filter }: Filter, after: string, limit: number | null) {
  const p = new Parameters();
  const matches = () =>
    [whereResults(filter, p), requestId && `k."requestId" = ${p.add(requestId)}`].filter(Boolean).join(" AND ");
  const sql = `SELECT "requestId" FROM (
       SELECT DISTINCT ON (k."sessionId", r."questionIds") k."requestId", k."sessionId", r."questionIds", (${IS_SHOWN}) AS "isShown"
         FROM "AnalysisResult" k
         JOIN "AIProcessingRequest" r ON r."id" = k."requestId"
         JOIN "Session" s ON s."id" = k."sessionId"
        WHERE ${matches()}
        ORDER BY k."sessionId", r."questionIds", (${IS_SHOWN}) DESC, k."createdAt" DESC, k."requestId") newest
    WHERE NOT "isShown" AND "requestId" > ${p.add(after)} ORDER BY "requestId" LIMIT ${p.add(limit)}`;
  return { sql, values: p.values };
}
