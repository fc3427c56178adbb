import { afterEach, describe, expect, it } from "vitest";
import { batchCreator } from "../../lib/pipeline/batchCreator.ts";
import { reaper } from "../../lib/pipeline/reap/reaper.ts";
import type { ProviderInputFile } from "../../lib/providers/contract/provider.ts";
import { expectInvariants } from "../support/invariants.ts";
import { createAs, uploadAs } from "../support/othersAtProvider.ts";
import {
  addSessions,
  runUntilIdle,
  startPipeline,
  startPipelineInOwnTime,
  type TestPipeline,
} from "../support/pipeline.ts";

let pipeline: TestPipeline;
afterEach(async () => pipeline.close());

function upload(fileName: string): Promise<string> {
  const body = { model: "gpt-6-luna", messages: [] };
  const line = { custom_id: "x", method: "POST", url: "/v1/chat/completions", body };
  return uploadAs(pipeline.emulator, fileName, `${JSON.stringify(line)}\n`);
}

async function inputFiles(): Promise<ProviderInputFile[]> {
  const files: ProviderInputFile[] = [];
  for await (const file of pipeline.ctx.provider.listInputFiles()) files.push(file);
  return files;
}

async function onlyBatch() {
  const { rows } = await pipeline.ctx.db.query(`SELECT * FROM "AIBatchRequest"`);
  expect(rows).toHaveLength(1);
  return rows[0];
}

describe("files at the provider", () => {
  it("are deleted when their batch is over", async () => {
    pipeline = await startPipeline();
    await addSessions(pipeline.ctx, 5);
    await runUntilIdle(pipeline.ctx);
    expect((await onlyBatch()).filesDeletedAt).toBeInstanceOf(Date);
    const ledger = (await expectInvariants(pipeline)) as unknown as { files: { live: number } };
    expect(ledger.files.live).toBe(0);
  });

  it("stay when the configuration says so", async () => {
    pipeline = await startPipeline({ env: { BATCH_DELETE_FILES: "false" } });
    await addSessions(pipeline.ctx, 5);
    await runUntilIdle(pipeline.ctx);
    expect((await onlyBatch()).filesDeletedAt).toBeNull();
    expect(await inputFiles()).toHaveLength(1);
  });

  it("are deleted by the reaper when the provider did not take the deletion", async () => {
    pipeline = await startPipeline({
      emulator: { faults: ["http_error:9x:status=500,method=DELETE,path=/v1/files/*"] },
    });
    await addSessions(pipeline.ctx, 5);
    await runUntilIdle(pipeline.ctx);
    expect((await onlyBatch()).filesDeletedAt).toBeNull();
    await pipeline.ctx.db.query(`UPDATE "AIBatchRequest" SET "processedAt" = "processedAt" - interval '1 hour'`);
    for (let round = 0; round < 9 && (await onlyBatch()).filesDeletedAt === null; round++) await reaper(pipeline.ctx);
    expect((await onlyBatch()).filesDeletedAt).toBeInstanceOf(Date);
    expect(await inputFiles()).toHaveLength(0);
  });
});

describe("the reaper", () => {
  it("cancels a live provider batch besides the recorded one, and counts it", async () => {
    pipeline = await startPipeline({ emulator: { times: { inProgress: "1h" } } });
    await addSessions(pipeline.ctx, 5);
    await batchCreator(pipeline.ctx);
    const batch = await onlyBatch();
    const duplicate = await createAs(pipeline.emulator, batch.inputFileId, { batch_id: batch.id, epoch: "1" });
    expect(await reaper(pipeline.ctx)).toEqual({ batches: 1, files: 0 });
    expect((await pipeline.ctx.provider.retrieveBatch(duplicate.id)).state).toMatch(/^cancell/);
    expect((await pipeline.ctx.provider.retrieveBatch(batch.openaiBatchId)).state).not.toMatch(/^cancell/);
    const { rows } = await pipeline.ctx.db.query(`SELECT "kind", "providerId", "batchId" FROM "ReapedItem"`);
    expect(rows).toEqual([{ kind: "batch", providerId: duplicate.id, batchId: batch.id }]);
  });

  it("deletes files of an earlier epoch, and leaves what is in use or somebody else's", async () => {
    pipeline = await startPipeline({ emulator: { times: { inProgress: "1h" } } });
    await addSessions(pipeline.ctx, 5);
    await batchCreator(pipeline.ctx);
    const batch = await onlyBatch();
    await pipeline.ctx.db.query(`UPDATE "AIBatchRequest" SET "epoch" = 5`);
    const orphan = await upload(`${batch.id}-3.jsonl`);
    const underway = await upload(`${batch.id}-5.jsonl`);
    const foreign = await upload("export-20261123101500.jsonl");
    expect(await reaper(pipeline.ctx)).toEqual({ batches: 0, files: 1 });
    expect((await inputFiles()).map((file) => file.id).sort()).toEqual([batch.inputFileId, underway, foreign].sort());
    const { rows } = await pipeline.ctx.db.query(`SELECT "kind", "providerId" FROM "ReapedItem"`);
    expect(rows).toEqual([{ kind: "file", providerId: orphan }]);
  });

  it("leaves a created batch that is not recorded yet to recovery", async () => {
    // In its own time: while nobody lets it pass, the batch is not over before the reaper looks.
    pipeline = await startPipelineInOwnTime({ emulator: { faults: ["lost_reply_create:once"] } });
    await addSessions(pipeline.ctx, 5);
    await batchCreator(pipeline.ctx);
    expect(await reaper(pipeline.ctx)).toEqual({ batches: 0, files: 0 });
    await runUntilIdle(pipeline.ctx);
    expect(await expectInvariants(pipeline)).toMatchObject({ linesExecuted: 5, batches: { created: 1 } });
  });
});
