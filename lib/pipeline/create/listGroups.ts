import { accountOfModel } from "../../accounts/account.ts";
import { analysesToSend } from "../../analysis/registry.ts";
import { OVER } from "../../batches/states.ts";
import type { PipelineContext } from "../../context.ts";
import { inTransaction } from "../../db/pool.ts";
import { arrayOf, known, statement, text, timestamp } from "../../db/statement.ts";
import { isWanted } from "../../requests/toSend.ts";
import { DRAWS, listUsedUp } from "../../throttle/companyLimit.ts";
import { SERVED } from "../../throttle/suspended.ts";
import type { Group } from "./choosePending.ts";

/** What a group is told apart by. */
export function nameOf({ companyId, model }: Group): string {
  return `${companyId}/${model}`;
}

/**
 * Companies that may have new batches, by their status and their limit, with each model of the account that they need; those with the
 * least in flight come first. Asked at every turn, however many requests wait: so it steps from group to group along the
 * index of what is pending, and reads the first of each that is due.
 * @param requestedBy groups without anything due that was requested by then are left out
 */
export async function listGroups(
  ctx: Pick<PipelineContext, "clock" | "db" | "config" | "accountId">,
  { requestedBy }: { requestedBy: Date },
): Promise<Group[]> {
  const usedUp = await listUsedUp(ctx, ctx.db);
  return await inTransaction(ctx.db, async (tx) => {
    // Statistics from when nothing was pending make an index on the status, and a sort of all that is, look as cheap.
    await tx.query("SET LOCAL enable_sort = off");
    const { accountId } = ctx;
    const analyses = analysesToSend(ctx.config);
    return await LIST.rows(tx, { now: ctx.clock.now(), analyses, usedUp, accountId, requestedBy });
  });
}

const PENDING = `"AIProcessingRequest" WHERE "processingStatus" = 'PENDING_BATCHING'`;

const LIST = statement({
  sql: `WITH RECURSIVE "group" AS (
          (SELECT "companyId", "model" FROM ${PENDING} ORDER BY "companyId", "model" LIMIT 1)
          UNION ALL
          SELECT next."companyId", next."model" FROM "group" CROSS JOIN LATERAL (
            SELECT "companyId", "model" FROM ${PENDING}
               AND ("companyId", "model") > ("group"."companyId", "group"."model")
             ORDER BY "companyId", "model" LIMIT 1) next)
        SELECT "group"."companyId", "group"."model"
          FROM "group" JOIN "Company" c ON c."id" = "group"."companyId"
         CROSS JOIN LATERAL (
           SELECT "requestedAt" FROM ${PENDING} AND "companyId" = "group"."companyId" AND "model" = "group"."model"
              AND ("notBefore" IS NULL OR "notBefore" <= $1) AND "processingType" = ANY($2) AND ${isWanted('c."questionTopics"')}
              AND NOT (${DRAWS} AND "companyId" = ANY($3))
            ORDER BY "companyId", "model", "requestedAt" LIMIT 1) due
         WHERE due."requestedAt" <= $5 AND c."status" IN ${SERVED} AND ${accountOfModel('"group"."model"')} = $4
         ORDER BY (SELECT COALESCE(sum(b."estimatedTokens"), 0) FROM "AIBatchRequest" b
                    WHERE b."companyId" = "group"."companyId" AND b."model" = "group"."model" AND b."status" NOT IN ${OVER}),
                  due."requestedAt", "group"."companyId", "group"."model"`,
  params: { now: timestamp, analyses: arrayOf(text), usedUp: arrayOf(text), accountId: text, requestedBy: timestamp },
  row: { companyId: known(text), model: known(text) },
});
