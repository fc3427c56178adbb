import { DEFAULT_ANALYSIS, requireAnalysis } from "../../analysis/registry.ts";
import type { Context } from "../../context.ts";
import { chosenModel } from "../../costs/chosenModel.ts";
import { costOfTopics } from "../../costs/costOfTopics.ts";
import { findPrice } from "../../costs/price.ts";
import { Parameters } from "../../db/parameters.ts";
import type { Transaction } from "../../db/pool.ts";
import { isShown } from "../../requests/keepResults.ts";
import { WAITING } from "../../requests/states.ts";
import { isWanted } from "../../requests/toSend.ts";
import { type ResultFilter, whereResults } from "./resultFilter.ts";
import { ALL_RESULTS, type KeyRange, whereIn } from "./walkResults.ts";

/** A shown result whose analysis can be asked again, of which model, and what it used. */
export interface Asked {
  requestId: string;
  target: string;
}

/**
 * Shown results that match and for which nothing waits or was requested since, each with the model that would be asked, as
 * SQL. OFFSET 0 keeps the requests of a session a lookup of its own.
 */
export function selectAsked(
  filter: ResultFilter,
  { askModel, since, within = ALL_RESULTS }: { askModel: string | undefined; since: Date; within?: KeyRange },
) {
  const p = new Parameters();
  const chosen = whereResults(filter, p);
  const { model, ownModel } = requireAnalysis(filter.analysis);
  // What a company has switched off is not asked again for it either.
  const switchedOn = `(SELECT "questionTopics" FROM "Company" WHERE "id" = k."companyId")`;
  const target = `COALESCE(${p.add(askModel ?? ownModel ?? null)}::text, ${chosenModel('k."companyId"')}, ${p.add(model)}::text)`;
  const sql = `SELECT k."requestId", k."attempt", k."companyId", ${target} AS "target"
     FROM "AnalysisResult" k
     JOIN "AIProcessingRequest" r ON r."id" = k."requestId"
     JOIN "Session" s ON s."id" = k."sessionId"
    WHERE ${isShown("k")} AND ${chosen} AND ${isWanted(switchedOn, "r.")} AND ${whereIn(within, p)}
      AND NOT EXISTS (
        SELECT 1 FROM (SELECT * FROM "AIProcessingRequest" WHERE "sessionId" = k."sessionId" OFFSET 0) waiting
         WHERE waiting."processingType" = k."analysis" AND (waiting."processingStatus" IN ${WAITING} OR waiting."requestedAt" >= ${p.add(since)})
           AND waiting."questionIds" IS NOT DISTINCT FROM r."questionIds")`;
  return { sql, values: p.values };
}

interface Used {
  companyId: string;
  target: string;
  count: number;
  /** Mean tokens of those whose usage is known; null where none is. */
  input: number | null;
  output: number | null;
}

/**
 * How many would be asked again, and about what that costs: as many tokens as before, at the prices of now, and the labels of
 * new questions.
 */
export async function forecast(
  ctx: Context,
  tx: Transaction,
  filter: ResultFilter,
  askModel: string | undefined,
): Promise<{ matched: number; estimatedCostEur: string | null }> {
  const { sql, values } = selectAsked(filter, { askModel, since: ctx.clock.now() });
  const { rows } = await tx.query<Used>(
    `SELECT asked."companyId", asked."target", count(*)::int AS "count", avg(a."promptTokens")::float8 AS "input",
            avg(a."completionTokens")::float8 AS "output"
       FROM (${sql}) asked
       JOIN "AIRequestAttempt" a ON a."requestId" = asked."requestId" AND a."attempt" = asked."attempt"
      GROUP BY 1, 2`,
    values,
  );
  const costs: (number | null)[] = [];
  for (const used of rows) {
    costs.push(await costOf(ctx, tx, used));
    if (filter.analysis === DEFAULT_ANALYSIS.name) {
      costs.push(await costOfTopics(ctx, tx, used.companyId, used.count));
    }
  }
  const cost = costs.reduce((sum, more) => (sum === null || more === null ? null : sum + more), 0);
  const matched = rows.reduce((sum, { count }) => sum + count, 0);
  return { matched, estimatedCostEur: cost?.toFixed(6) ?? null };
}

async function costOf(ctx: Context, tx: Transaction, { target, count, input, output }: Used): Promise<number | null> {
  const { pricingId, eurPerToken } = await findPrice(tx, target, ctx.clock.now());
  if (pricingId === null || input === null || output === null) return null;
  return count * (input * Number(eurPerToken[0]) + output * Number(eurPerToken[2]));
}
