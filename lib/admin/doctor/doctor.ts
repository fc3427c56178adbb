import { contextsOf } from "../../accounts/inAccount.ts";
import type { Context, PipelineContext } from "../../context.ts";
import { int, known, statement, text } from "../../db/statement.ts";
import { type LearnedSize, listLearnedSizes } from "../../throttle/fileSize.ts";
import { calibrate } from "../../throttle/tokenBudget.ts";
import { checkAccounts } from "./checkAccounts.ts";
import { checkAudit } from "./checkAudit.ts";
import { checkCatalogue } from "./checkCatalogue.ts";
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
  /** How large a file each account takes, where refusals have taught that, the newest first. */
  fileSizes: LearnedSize[];
}

const EXAMPLES = 10;

/**
 * Checks the invariants on the database and holds our batches against the list of each account. With `fix` it repairs what
 * can be repaired without losing or paying for anything, each repair in a transaction of its own.
 */
export async function doctor(ctx: PipelineContext, options: DoctorOptions): Promise<Diagnosis> {
  const findings = [...(await checkCatalogue(ctx)), ...(await checkDatabase(ctx, options))];
  findings.push(...(await checkWaiting(ctx)), ...(await checkStops(ctx)));
  findings.push(...(await checkAudit(ctx, options)), ...(await checkMail(ctx)), ...(await checkClock(ctx)));
  findings.push(...(await checkKeys(ctx)));
  findings.push(...(await checkAccounts(ctx)));
  for (const account of await contextsOf(ctx, "those_that_open")) {
    const ofProvider = await checkProvider(account, options);
    findings.push(...(await checkCopied(account, !ofProvider.some(isOfReaching))), ...ofProvider);
  }
  return {
    checked: INVARIANTS.length,
    findings,
    estimates: await readEstimates(ctx),
    fileSizes: await listLearnedSizes(ctx),
  };
}

async function checkDatabase(ctx: Context, options: DoctorOptions): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { invariant, find } of CHECKS) {
    const found = await check(ctx, invariant, find, options);
    if (found) findings.push(found);
  }
  return findings;
}

const CHECKS = INVARIANTS.map((invariant) => ({ invariant, find: findViolations(invariant) }));

function findViolations({ violations }: Invariant) {
  return statement({
    // An expression, since PostgreSQL knows of some of these columns that they are never NULL, and of others nothing.
    sql: `SELECT concat("id") AS "id", count(*) OVER ()::int AS "total" FROM (${violations}) v ORDER BY "id" LIMIT ${EXAMPLES}`,
    row: { id: known(text), total: known(int) },
  });
}

async function check(
  ctx: Context,
  invariant: Invariant,
  find: ReturnType<typeof findViolations>,
  { fix }: DoctorOptions,
): Promise<Finding | undefined> {
  const rows = await find.rows(ctx.db, {});
  const count = rows[0]?.total ?? 0;
  if (count === 0) return undefined;
  const repaired = fix && invariant.repair ? await invariant.repair.run(ctx.db, {}) : 0;
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
