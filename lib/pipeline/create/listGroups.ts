import { analysisNames } from "../../analysis/registry.ts";
import { OVER } from "../../batches/states.ts";
import type { PipelineContext } from "../../context.ts";
import { arrayOf, statement, text, timestamp } from "../../db/statement.ts";
import { DRAWS, listUsedUp } from "../../throttle/companyLimit.ts";
import { SERVED } from "../end/suspendedCompany.ts";
import type { Group } from "./claimBatch.ts";

/**
 * Companies that may have new batches, by their status and their limit, with each model that they need; those with the
 * least in flight come first.
 */
export async function listGroups(ctx: PipelineContext): Promise<Group[]> {
  const usedUp = await listUsedUp(ctx, ctx.db);
  return await LIST.rows(ctx.db, { now: ctx.clock.now(), analyses: analysisNames(), usedUp });
}

const LIST = statement({
  sql: `SELECT r."companyId", r."model"
          FROM "AIProcessingRequest" r JOIN "Company" c ON c."id" = r."companyId"
         WHERE r."processingStatus" = 'PENDING_BATCHING' AND (r."notBefore" IS NULL OR r."notBefore" <= $1)
           AND c."status" IN ${SERVED} AND r."processingType" = ANY($2) AND NOT (r.${DRAWS} AND r."companyId" = ANY($3))
         GROUP BY r."companyId", r."model"
         ORDER BY (SELECT COALESCE(sum(b."estimatedTokens"), 0) FROM "AIBatchRequest" b
                    WHERE b."companyId" = r."companyId" AND b."model" = r."model" AND b."status" NOT IN ${OVER}),
                  min(r."requestedAt"), r."companyId", r."model"`,
  params: { now: timestamp, analyses: arrayOf(text), usedUp: arrayOf(text) },
  row: { companyId: text, model: text },
});
