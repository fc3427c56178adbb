import { DEFAULT_ACCOUNT } from "../../accounts/account.ts";
import { OVER } from "../../batches/states.ts";
import { after } from "../../clock.ts";
import type { PipelineContext } from "../../context.ts";
import { nullable, statement, text, timestamp } from "../../db/statement.ts";
import { openInstallation } from "../../installation/installation.ts";
import { markOfBatch } from "../../installation/marks.ts";
import { reaper } from "../../pipeline/reap/reaper.ts";
import { isLive } from "../../providers/contract/batch.ts";
import { lookBackOf } from "../../providers/contract/capabilities.ts";
import { isProviderError, ProviderError } from "../../providers/contract/errors.ts";
import { stopCodeOf } from "../../throttle/providerStop.ts";
import type { DoctorOptions, Finding } from "./invariant.ts";

const EXAMPLES = 10;
const DAY_MS = 86_400_000;

/**
 * Holds our batches against the provider's own list of them. A provider that cannot be asked does not keep the doctor from
 * the database; but then not all was checked.
 */
export async function checkProvider(ctx: PipelineContext, options: DoctorOptions): Promise<Finding[]> {
  const findings: Finding[] = [];
  try {
    // Asked first: it answers within seconds or not at all, and the lists may take minutes to fail.
    await ctx.provider.check(ctx.stopping);
    findings.push(...(await checkDuplicates(ctx, options)));
    findings.push(...(await checkMissing(ctx)));
  } catch (error) {
    if (!isProviderError(error)) throw error;
    findings.push(notChecked(error));
  }
  return findings.map((found) => inAccount(ctx, found));
}

function inAccount({ accountId }: PipelineContext, found: Finding): Finding {
  if (accountId === DEFAULT_ACCOUNT) return found;
  return { ...found, explanation: `In the account "${accountId}": ${found.explanation}` };
}

/** Whether a finding says that the provider could not be asked. */
export function isOfReaching({ id }: Finding): boolean {
  return id === "provider-refuses" || id === "provider-silent";
}

function notChecked(error: ProviderError): Finding {
  const explanation = `The provider's list could not be checked: ${error.message}`;
  if (stopCodeOf(error)) {
    const advice = "Fix the key, its permissions or the credit, then try again.";
    return finding("provider-refuses", explanation, [error.code], { advice });
  }
  const advice = "Check the provider's status page, its address in the configuration and your network, then try again.";
  return finding("provider-silent", explanation, [error.code], { advice });
}

/** Invariant 3: at most one live provider batch for each of ours, and it is the recorded one. */
async function checkDuplicates(ctx: PipelineContext, { fix }: DoctorOptions): Promise<Finding[]> {
  const open = await openBatches(ctx);
  const installation = await openInstallation(ctx);
  const lookBackMs = lookBackOf(ctx.provider.capabilities);
  const known = await knownBatches(ctx, after(ctx.clock, -lookBackMs - DAY_MS), installation.detachedAt);
  const surplus: string[] = [];
  for await (const theirs of ctx.provider.listBatches(after(ctx.clock, -lookBackMs))) {
    const batchId = markOfBatch(theirs, installation)?.batchId;
    if (!batchId || !known.has(batchId) || !isLive(theirs)) continue;
    const recorded = open.get(batchId);
    if (recorded !== null && recorded !== theirs.id) surplus.push(theirs.id);
  }
  if (surplus.length === 0) return [];
  const repaired = fix ? (await reaper(ctx)).batches : 0;
  const explanation =
    "Live batches at the provider belong to this installation, but nothing is waiting for them. They cost money.";
  return [finding("3 live-duplicates", explanation, surplus, { repaired, advice: "The reaper will cancel them." })];
}

/** Batches that we wait for must exist there. */
async function checkMissing(ctx: PipelineContext): Promise<Finding[]> {
  const missing: string[] = [];
  for (const [batchId, openaiBatchId] of await openBatches(ctx)) {
    if (openaiBatchId === null) continue;
    try {
      await ctx.provider.retrieveBatch(openaiBatchId);
    } catch (error) {
      if (!(error instanceof ProviderError) || error.code !== "provider_not_found") throw error;
      missing.push(batchId);
    }
  }
  if (missing.length === 0) return [];
  const advice = "Is this key from another account or another provider? With the right key, the batches continue.";
  return [
    finding("provider-unknown", "The provider does not know some batches that we are waiting for.", missing, {
      advice,
    }),
  ];
}

/** Our batches that are not over, with the provider's id of each; null while none is recorded. */
async function openBatches(ctx: PipelineContext): Promise<Map<string, string | null>> {
  const rows = await READ_OPEN.rows(ctx.db, { provider: ctx.provider.name });
  return new Map(rows.map((row) => [row.id, row.openaiBatchId]));
}

/** Those from before a detachment are not ours to judge. */
async function knownBatches(ctx: PipelineContext, since: Date, detachedAt: Date | null): Promise<Set<string>> {
  const rows = await READ_KNOWN.rows(ctx.db, { since, detachedAt, provider: ctx.provider.name });
  return new Set(rows.map((row) => row.id));
}

function finding(
  id: string,
  explanation: string,
  ids: string[],
  more: { repaired?: number; advice?: string },
): Finding {
  const { repaired = 0, advice = null } = more;
  return { id, explanation, count: ids.length, examples: ids.slice(0, EXAMPLES), repaired, advice };
}

const READ_OPEN = statement({
  sql: `SELECT "id", "openaiBatchId" FROM "AIBatchRequest" WHERE "status" NOT IN ${OVER} AND "provider" = $1`,
  params: { provider: text },
  row: { id: text, openaiBatchId: nullable(text) },
});

const READ_KNOWN = statement({
  sql: `SELECT "id" FROM "AIBatchRequest"
         WHERE "createdAt" > $1 AND ($2::timestamptz IS NULL OR "createdAt" > $2) AND "provider" = $3`,
  params: { since: timestamp, detachedAt: nullable(timestamp), provider: text },
  row: { id: text },
});
