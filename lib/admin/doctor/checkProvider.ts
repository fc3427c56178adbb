import { OVER } from "../../batch/batch.ts";
import { reaper } from "../../batch/reaper.ts";
import type { PipelineContext } from "../../context.ts";
import { ProviderError } from "../../provider/errors.ts";
import { isLive } from "../../provider/provider.ts";
import type { DoctorOptions, Finding } from "./invariant.ts";

const EXAMPLES = 10;

/** Holds our batches against the provider's own list of them. */
export async function checkProvider(ctx: PipelineContext, options: DoctorOptions): Promise<Finding[]> {
  return [...(await checkDuplicates(ctx, options)), ...(await checkMissing(ctx))];
}

/** Invariant 3: at most one live provider batch for each of ours, and it is the recorded one. */
async function checkDuplicates(ctx: PipelineContext, { fix }: DoctorOptions): Promise<Finding[]> {
  const open = await openBatches(ctx);
  const known = await knownBatches(ctx);
  const surplus: string[] = [];
  for await (const theirs of ctx.provider.listBatches(new Date(ctx.clock.now().getTime() - 2 * 86_400_000))) {
    const batchId = theirs.metadata.batch_id;
    if (!batchId || !known.has(batchId) || !isLive(theirs)) continue;
    const recorded = open.get(batchId);
    if (recorded !== null && recorded !== theirs.id) surplus.push(theirs.id);
  }
  if (surplus.length === 0) return [];
  const repaired = fix ? (await reaper(ctx)).batches : 0;
  const explanation = "Live batches at the provider carry our mark, but nobody waits for them: they cost money.";
  return [finding("3 live-duplicates", explanation, surplus, { repaired, advice: "The reaper cancels them." })];
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
  const advice = "Is this the key of another account, or another provider? With the right one they go on.";
  return [finding("provider-unknown", "The provider does not know batches that we wait for.", missing, { advice })];
}

/** Our batches that are not over, with the provider's id of each; null while none is recorded. */
async function openBatches(ctx: PipelineContext): Promise<Map<string, string | null>> {
  const { rows } = await ctx.db.query<{ id: string; openaiBatchId: string | null }>(
    `SELECT "id", "openaiBatchId" FROM "AIBatchRequest" WHERE "status" NOT IN ${OVER}`,
  );
  return new Map(rows.map((row) => [row.id, row.openaiBatchId]));
}

async function knownBatches(ctx: PipelineContext): Promise<Set<string>> {
  const { rows } = await ctx.db.query<{ id: string }>(
    `SELECT "id" FROM "AIBatchRequest" WHERE "createdAt" > $1::timestamptz - interval '3 days'`,
    [ctx.clock.now()],
  );
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
