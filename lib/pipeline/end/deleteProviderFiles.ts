import { type LeftFiles, recordDeletion } from "../../batches/leftFiles.ts";
import type { PipelineContext } from "../../context.ts";
import { atProvider } from "../../installation/atProvider.ts";
import { step } from "../../step.ts";

/**
 * Deletes the files of a batch that is over: its results are committed, and what was said in the sessions should not
 * lie about elsewhere. What cannot be deleted now is left to the reaper.
 */
export async function deleteProviderFiles(ctx: PipelineContext, batch: LeftFiles): Promise<void> {
  if (!ctx.config.BATCH_DELETE_FILES) return;
  const fileIds = [batch.inputFileId, batch.outputFileId, batch.errorFileId].filter((id) => id !== null);
  try {
    for (const fileId of fileIds) await atProvider(ctx, "end.delete_files", () => ctx.provider.deleteFile(fileId));
    await step(ctx, "end.record_deletion", () => recordDeletion(ctx.db, batch.id, ctx.clock.now()));
    ctx.log.info({ event: "batch.files_deleted", batchId: batch.id, files: fileIds.length });
  } catch (error) {
    ctx.log.warn({ event: "batch.files_not_deleted", batchId: batch.id, error });
  }
}
