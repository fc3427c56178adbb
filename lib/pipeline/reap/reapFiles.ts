import type { PipelineContext } from "../../context.ts";
import { arrayOf, bool, int, known, nullable, statement, text, timestamp } from "../../db/statement.ts";
import { atProvider } from "../../installation/atProvider.ts";
import { isOursUnsigned } from "../../installation/findSign.ts";
import { type Installation, openInstallation } from "../../installation/installation.ts";
import { type Mark, markOfFile } from "../../installation/marks.ts";
import { step } from "../../step.ts";
import { reapOne } from "./reapOne.ts";

const PAGE = 500;

interface MarkedFile extends Mark {
  providerId: string;
}

/**
 * Deletes input files that no batch of ours can use: those of an earlier epoch that are not the recorded one (the fence
 * keeps them from ever being recorded), and unrecorded ones of batches that are over.
 */
export async function reapFiles(ctx: PipelineContext): Promise<number> {
  const installation = await openInstallation(ctx);
  let deleted = 0;
  let page: MarkedFile[] = [];
  const clear = async () => {
    for (const { providerId, batchId } of await findOrphans(ctx, installation, page)) {
      if (ctx.stopping.aborted) return;
      const done = await reapOne(ctx, { kind: "file", providerId, batchId }, () =>
        atProvider(ctx, "reap.delete_file", () => ctx.provider.deleteFile(providerId)),
      );
      if (done) deleted++;
    }
    page = [];
  };
  for (const file of await step(ctx, "reap.list_files", () => listMarked(ctx, installation))) {
    page.push(file);
    if (page.length === PAGE) await clear();
  }
  await clear();
  return deleted;
}

async function listMarked(ctx: PipelineContext, installation: Installation): Promise<MarkedFile[]> {
  const files: MarkedFile[] = [];
  for await (const file of ctx.provider.listInputFiles()) {
    const mark = markOfFile(file, installation);
    if (mark) files.push({ providerId: file.id, ...mark });
  }
  return files;
}

async function findOrphans(ctx: PipelineContext, { detachedAt }: Installation, files: MarkedFile[]) {
  return await FIND_ORPHANS.rows(ctx.db, {
    providerIds: files.map(({ providerId }) => providerId),
    batchIds: files.map(({ batchId }) => batchId),
    epochs: files.map(({ epoch }) => epoch),
    areSigned: files.map(({ generation }) => generation !== null),
    detachedAt,
    provider: ctx.provider.name,
  });
}

const FIND_ORPHANS = statement({
  sql: `SELECT file."providerId", b."id" AS "batchId"
          FROM unnest($1::text[], $2::text[], $3::int[], $4::boolean[])
               AS file("providerId", "batchId", "epoch", "isSigned")
          JOIN "AIBatchRequest" b ON b."id" = file."batchId" AND (file."isSigned" OR ${isOursUnsigned("$5")})
         WHERE b."inputFileId" IS DISTINCT FROM file."providerId"
           AND (b."epoch" > file."epoch" OR b."processedAt" IS NOT NULL) AND b."provider" = $6`,
  params: {
    providerIds: arrayOf(text),
    batchIds: arrayOf(text),
    epochs: arrayOf(int),
    areSigned: arrayOf(bool),
    detachedAt: nullable(timestamp),
    provider: text,
  },
  row: { providerId: known(text), batchId: text },
});
