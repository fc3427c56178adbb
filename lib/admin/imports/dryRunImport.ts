import type { Context } from "../../context.ts";
import { estimateCost } from "../../costs/price.ts";
import type { CompanyToImport } from "../../import/companyToImport.ts";
import { dryRun } from "../../import/dryRun.ts";
import type { CsvToRead } from "../../import/readAndWrite.ts";
import type { ImportFindings } from "../../import/tally.ts";
import { calibrate } from "../../throttle/tokenBudget.ts";

export interface DryRunReport extends ImportFindings {
  /** What analysing the new and changed sessions would probably cost, in euros; null where the model has no price. */
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
  return { ...findings, estimatedCostEur };
}
