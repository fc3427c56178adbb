import type { Context, PipelineContext } from "../../context.ts";
import { statement, text } from "../../db/statement.ts";
import { type LearnedSize, readLearnedSize } from "../../throttle/fileSize.ts";
import { calibrate } from "../../throttle/tokenBudget.ts";
import { checkAudit } from "./checkAudit.ts";
import { checkClock } from "./checkClock.ts";
import { checkCopied } from "./checkCopied.ts";
import { checkKeys } from "./checkKeys.ts";
import { checkMail } from "./checkMail.ts";
import { checkProvider, isOfReaching } from "./checkProvider.ts";
import { checkStops } from "./checkStops.ts";
import { checkWaiting } from "./checkWaiting.ts";
import type { DoctorOptions, Finding, Invariant } from "./invariant.ts";
import { INVARIANTS } from "./invariants.ts";

/** How well the input tokens of a model are estimated. */
interface Estimate {
  model: string;
  tokensPerByte: number;
  batches: number;
  meanError: number | null;
}

export interface Diagnosis {
  /** Invariants that were held against the database, besides the provider's list. */
  checked: number;
  findings: Finding[];
  estimates: Estimate[];
  /** How large a file the provider takes, where refusals have taught that. */
  fileSize: LearnedSize | null;
}

const EXAMPLES = 10;

/**
 * Checks the invariants on the database and holds our batches against the provider's list. With `fix` it repairs what
 * can be repaired without losing or paying for anything, each repair in a transaction of its own.
 */
export async function doctor(ctx: PipelineContext, options: DoctorOptions): Promise<Diagnosis> {
  const findings = [...(await checkDatabase(ctx, options)), ...(await checkWaiting(ctx)), ...(await checkStops(ctx))];
  findings.push(...(await checkAudit(ctx, options)), ...(await checkMail(ctx)), ...(await checkClock(ctx)));
  findings.push(...(await checkKeys(ctx)));
  const ofProvider = await checkProvider(ctx, options);
  findings.push(...(await checkCopied(ctx, !ofProvider.some(isOfReaching))), ...ofProvider);
  return {
    checked: INVARIANTS.length,
    findings,
    estimates: await readEstimates(ctx),
    fileSize: await readLearnedSize(ctx),
  };
}

async function checkDatabase(ctx: Context, options: DoctorOptions): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const invariant of INVARIANTS) {
    const found = await check(ctx, invariant, options);
    if (found) findings.push(found);
  }
  return findings;
}

async function check(ctx: Context, invariant: Invariant, { fix }: DoctorOptions): Promise<Finding | undefined> {
  const { rows } = await ctx.db.query<{ id: string; total: number }>(
    `SELECT "id", count(*) OVER ()::int AS "total" FROM (${invariant.violations}) v ORDER BY "id" LIMIT ${EXAMPLES}`,
  );
  const count = rows[0]?.total ?? 0;
  if (count === 0) return undefined;
  const repaired = fix && invariant.repair ? ((await ctx.db.query(invariant.repair)).rowCount ?? 0) : 0;
  const { id, explanation, advice = null } = invariant;
  ctx.log.warn({ event: "doctor.violation", invariant: id, count, repaired });
  return { id, explanation, count, examples: rows.map((row) => row.id), repaired, advice };
}

async function readEstimates(ctx: Context): Promise<Estimate[]> {
  const rows = await READ_MODELS.rows(ctx.db, {});
  return Promise.all(rows.map(async ({ model }) => ({ model, ...(await calibrate(ctx.db, model)) })));
}

const READ_MODELS = statement({
  sql: `SELECT DISTINCT "model" FROM "AIBatchRequest" ORDER BY 1`,
  row: { model: text },
});
