import type { PipelineContext } from "../context.ts";
import type { ProviderInputFile } from "../provider/provider.ts";
import { reapOne } from "./reapOne.ts";
import { step } from "./step.ts";

/** `<batch id>-<epoch>.jsonl`, as submitBatch names them. */
const NAME = /^(?<batchId>.+)-(?<epoch>\d{1,9})\.jsonl$/;
const PAGE = 500;

/**
 * Deletes input files that no batch of ours can use: those of an earlier epoch that are not the recorded one (the fence
 * keeps them from ever being recorded), and unrecorded ones of batches that are over.
 */
export async function reapFiles(ctx: PipelineContext): Promise<number> {
  let deleted = 0;
  let page: ProviderInputFile[] = [];
  const clear = async () => {
    for (const { providerId, batchId } of await findOrphans(ctx, page)) {
      if (ctx.stopping.aborted) return;
      const done = await reapOne(ctx, { kind: "file", providerId, batchId }, () =>
        step(ctx, "reap.delete_file", () => ctx.provider.deleteFile(providerId)),
      );
      if (done) deleted++;
    }
    page = [];
  };
  for (const file of await step(ctx, "reap.list_files", () => collectNamed(ctx))) {
    page.push(file);
    if (page.length === PAGE) await clear();
  }
  await clear();
  return deleted;
}

async function collectNamed(ctx: PipelineContext): Promise<ProviderInputFile[]> {
  const files: ProviderInputFile[] = [];
  for await (const file of ctx.provider.listInputFiles()) if (NAME.test(file.fileName)) files.push(file);
  return files;
}

async function findOrphans(ctx: PipelineContext, files: ProviderInputFile[]) {
  const marks = files.map((file) => NAME.exec(file.fileName)?.groups);
  const { rows } = await ctx.db.query<{ providerId: string; batchId: string }>(
    `SELECT file."providerId", b."id" AS "batchId"
       FROM unnest($1::text[], $2::text[], $3::int[]) AS file("providerId", "batchId", "epoch")
       JOIN "AIBatchRequest" b ON b."id" = file."batchId"
      WHERE b."inputFileId" IS DISTINCT FROM file."providerId"
        AND (b."epoch" > file."epoch" OR b."processedAt" IS NOT NULL)`,
    [files.map((file) => file.id), marks.map((mark) => mark?.batchId ?? ""), marks.map((mark) => mark?.epoch ?? "0")],
  );
  return rows;
}
