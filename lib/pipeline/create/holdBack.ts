import { listDisabled, sayDisabled } from "../../accounts/disabled.ts";
import { OVER } from "../../batches/states.ts";
import type { PipelineContext } from "../../context.ts";
import { nullable, statement, text, timestamp } from "../../db/statement.ts";
import { linesOfTrial, type ModelStop, readModelStops } from "../../throttle/modelStop.ts";
import { type ProviderStop, readStop } from "../../throttle/providerStop.ts";
import { readSpendingStop } from "../../throttle/spendingStop.ts";
import type { Group } from "./choosePending.ts";

/** Few: they may all be refused, or be the last that the account can pay. */
const LINES_OF_ACCOUNT_TRIAL = 8;

/**
 * Whether the next batch has to show if a stop can be lifted: none that will is under way, and its pause is over.
 * @param model the one that is stopped; all are where none is given
 */
export async function isTrialDue(
  ctx: PipelineContext,
  stop: Pick<ProviderStop, "seenAt" | "nextTrialAt">,
  model?: string,
): Promise<boolean> {
  return stop.nextTrialAt <= ctx.clock.now() && !(await isBeingTried(ctx, stop, model));
}

async function isBeingTried(ctx: PipelineContext, stop: { seenAt: Date }, model?: string): Promise<boolean> {
  return (await FIND_TRIAL.run(ctx.db, { seenAt: stop.seenAt, model: model ?? null, provider: ctx.provider.name })) > 0;
}

const FIND_TRIAL = statement({
  sql: `SELECT 1 FROM "AIBatchRequest"
         WHERE "status" NOT IN ${OVER} AND ("openaiBatchId" IS NULL OR "submittedAt" >= $1)
           AND ($2::text IS NULL OR "model" = $2) AND "provider" = $3 LIMIT 1`,
  params: { seenAt: timestamp, model: nullable(text), provider: text },
});

/** Whether a person has said that nothing is to be sent, to anyone or in this account. */
export async function isForbidden(ctx: PipelineContext): Promise<boolean> {
  const stop = await readSpendingStop(ctx.db);
  const disabled = (await listDisabled(ctx.db)).find(({ accountId }) => accountId === ctx.accountId);
  if (!stop && !disabled) return false;
  const reason = stop ? `all spending is stopped: ${stop.reason}` : disabled && sayDisabled(disabled);
  ctx.log.warn({ event: "creation.held_back", reason });
  return true;
}

/** A group that goes in this turn; of one that tries whether a stop can be lifted, with how many lines. */
export interface Turn {
  group: Group;
  trialLines?: number;
}

/**
 * Whose turn it is while some models, or the account, are stopped: one group for each stop whose trial is due,
 * drawn by lot, so that a company whose requests are at fault does not keep the others from being tried. All groups of
 * other models go as ever.
 */
export async function takeTurnsWith(ctx: PipelineContext, groups: Group[], stops: Stops): Promise<Turn[]> {
  if (stops.account) {
    const group = draw(ctx, groups);
    return group ? [{ group, trialLines: LINES_OF_ACCOUNT_TRIAL }] : [];
  }
  const turns: Turn[] = groups.filter(({ model }) => !stops.models.has(model)).map((group) => ({ group }));
  for (const [model, stop] of stops.models) {
    const group = draw(
      ctx,
      groups.filter((group) => group.model === model),
    );
    if (!group || !(await isTrialDue(ctx, stop, model))) continue;
    turns.push({ group, trialLines: linesOfTrial(stop.refusals) });
  }
  return turns;
}

function draw(ctx: PipelineContext, groups: readonly Group[]): Group | undefined {
  return groups[Math.floor(ctx.random() * groups.length)];
}

/** What is stopped at the moment in an account. */
export interface Stops {
  account: ProviderStop | undefined;
  models: ReadonlyMap<string, ModelStop>;
}

export async function readStops(ctx: PipelineContext): Promise<Stops> {
  const models = (await readModelStops(ctx)).filter(({ provider }) => provider === ctx.provider.name);
  return { account: await readStop(ctx), models: new Map(models.map((stop) => [stop.model, stop])) };
}

/**
 * The groups of an account with a submission that waits out a failure. One may be at fault itself; with several, the provider is, and
 * claiming more would only pile up batches that cannot be sent.
 */
export async function findGroupsThatWait(ctx: PipelineContext): Promise<Group[]> {
  return await THAT_WAIT.rows(ctx.db, { now: ctx.clock.now(), provider: ctx.provider.name });
}

const THAT_WAIT = statement({
  sql: `SELECT DISTINCT "companyId", "model" FROM "AIBatchRequest"
         WHERE "status" NOT IN ${OVER} AND "openaiBatchId" IS NULL AND "callFailures" > 0 AND "notBefore" > $1 AND "provider" = $2`,
  params: { now: timestamp, provider: text },
  row: { companyId: text, model: text },
});
