import type { Context } from "../../context.ts";
import { costOfTopics } from "../../costs/costOfTopics.ts";
import { estimateCost } from "../../costs/price.ts";
import type { CompanyToImport } from "../../import/companyToImport.ts";
import { dryRun } from "../../import/dryRun.ts";
import type { CsvToRead } from "../../import/readAndWrite.ts";
import type { ImportFindings } from "../../import/tally.ts";
import { calibrate } from "../../throttle/tokenBudget.ts";

export interface DryRunReport extends ImportFindings {
  /** What analysing the new and changed sessions would probably cost, labels of questions included; null where a model has no price. */
  estimatedCostEur: string | null;
}

/** What an answer has until the model has given some. Tokens. */
const USUAL_OUTPUT = 200;

/** What an import would come to, in rows and in money. Nothing is written. */
export async function dryRunImport(ctx: Context, company: CompanyToImport, input: CsvToRead): Promise<DryRunReport> {
  const { findings, model, requests } = await dryRun(ctx, company, input);
  const { tokensPerByte } = await calibrate(ctx.db, model);
  const tokens = Math.ceil(requests.bytes * tokensPerByte);
  const estimatedCostEur = await estimateCost(ctx, ctx.db, model, tokens, requests.lines, USUAL_OUTPUT);
  const topics = await costOfTopics(ctx, ctx.db, company.id, requests.lines);
  const isKnown = estimatedCostEur !== null && topics !== null;
  return { ...findings, estimatedCostEur: isKnown ? sumOf(estimatedCostEur, topics) : null };
}

/** As exact as it was where nothing is added. */
const sumOf = (euros: string, more: number) => (more === 0 ? euros : (Number(euros) + more).toFixed(6));
