import { listUndeleted } from "../../batches/leftFiles.ts";
import type { PipelineContext } from "../../context.ts";
import { openInstallation } from "../../installation/installation.ts";
import { mayWork } from "../../installation/lookForCopies.ts";
import { deleteProviderFiles } from "../end/deleteProviderFiles.ts";
import { reapBatches } from "./reapBatches.ts";
import { reapFiles } from "./reapFiles.ts";

const MOST_DELETIONS = 1_000;

/** What one round has cleared away. */
export type Reaped = {
  batches: number;
  files: number;
};

/**
 * Clears away in an account what carries our mark and nobody waits for: live batches besides the recorded one, files
 * that no batch can use any more, files of batches that are over. Each is counted in ReapedItem.
 */
export async function reaper(ctx: PipelineContext): Promise<Reaped> {
  if (!(await mayWork(ctx, "reaper"))) return { batches: 0, files: 0 };
  // Files first: they hold transcripts, and what goes wrong with the batches should not keep them.
  const files = await reapFiles(ctx);
  // Not those from before a detachment: they belong to the database that this one was copied from.
  const { detachedAt } = await openInstallation(ctx);
  const given = { now: ctx.clock.now(), limit: MOST_DELETIONS, createdAfter: detachedAt, provider: ctx.provider.name };
  for (const batch of await listUndeleted(ctx.db, given)) {
    if (ctx.stopping.aborted) break;
    await deleteProviderFiles(ctx, batch);
  }
  return { batches: await reapBatches(ctx), files };
}
