import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import type { BatchRecord, FileRecord } from "../../emulator/store/records.ts";
import { readInstallation } from "../../lib/installation/installation.ts";
import { lookForCopies } from "../../lib/installation/lookForCopies.ts";
import { batchCreator } from "../../lib/pipeline/batchCreator.ts";
import type { StepHook } from "../../lib/step.ts";
import { countCalls, oneRound } from "../support/copies.ts";
import { addSessions, startPipeline, type TestPipeline } from "../support/pipeline.ts";

const FILES = 6_000;
const BATCHES = 3_000;
const DAY = 86_400_000;
const MINUTE = 60_000;

let pipeline: TestPipeline;
let folder: string;
afterEach(async () => {
  await pipeline.close();
  await rm(folder, { recursive: true, force: true });
});

/** The provider's account as others have filled it, until two days ago. */
async function startOnFullAccount(more: { files?: FileRecord[] } = {}): Promise<void> {
  folder = await mkdtemp(join(tmpdir(), "livedash-account-"));
  const base = Date.now() - 2 * DAY;
  const files = Array.from({ length: FILES }, (_, index) =>
    fileOf(`file-theirs${index}`, base - (FILES - index) * MINUTE),
  );
  const batches = Array.from({ length: BATCHES }, (_, index) => batchOf(index, base - (BATCHES - index) * MINUTE));
  const changes = [
    ...[...files, ...(more.files ?? [])].map((file) => [{ file }]),
    ...batches.map((batch) => [{ batch }]),
  ];
  await writeFile(join(folder, "state.jsonl"), changes.map((change) => `${JSON.stringify(change)}\n`).join(""));
  const times = { validating: 20, inProgress: 60_000, finalizing: 20, cancelling: 20 };
  pipeline = await startPipeline({ emulator: { dataDir: folder, times } });
}

it("an account with thousands of files and batches is not listed anew at each create and each round", async () => {
  await startOnFullAccount();
  let looks = 0;
  const steps: StepHook = (step, action) => {
    if (step === "copies.list_files") looks++;
    return action();
  };
  await addSessions(pipeline.ctx, 3);
  await batchCreator({ ...pipeline.ctx, steps });
  expect(looks).toBe(2);
  const calls = await countCalls(pipeline);
  expect(calls["GET /v1/files"], "one page of a thousand holds what is new").toBeLessThanOrEqual(2 * looks);
  expect(calls["GET /v1/batches"], "and six of a hundred").toBeLessThanOrEqual(6 * looks);
  expect((await readInstallation(pipeline.ctx.db))?.copied).toBeNull();
});

it("a time that somebody made up for a file does not hide what comes after it", async () => {
  await startOnFullAccount({ files: [fileOf("file-of-the-future", Date.now() + 400 * DAY)] });
  await addSessions(pipeline.ctx, 3);
  await batchCreator(pipeline.ctx);
  const { checkedUntil } = await lookForCopies(pipeline.ctx);
  expect(checkedUntil.getTime()).toBeLessThan(Date.now() + DAY);
  // Its own batch is one that it does not know, as after it was set back.
  await pipeline.ctx.db.query(
    `DELETE FROM "AIProcessingRequest"; DELETE FROM "AIBatchRequest"; DELETE FROM "ErasedBatch"`,
  );
  await oneRound(pipeline.ctx);
  expect((await readInstallation(pipeline.ctx.db))?.copied?.sign).toBe("batch");
});

function fileOf(id: string, createdAt: number): FileRecord {
  return { id, bytes: 10, createdAt, expiresAt: null, filename: `${id}.jsonl`, purpose: "batch" };
}

function batchOf(index: number, createdAt: number): BatchRecord {
  const usage = { inputTokens: 0, cachedTokens: 0, outputTokens: 0, reasoningTokens: 0 };
  return {
    id: `batch_theirs${index}`,
    ordinal: index + 1,
    endpoint: "/v1/chat/completions",
    model: "gpt-6-luna",
    inputFileId: `file-theirs${index}`,
    completionWindow: "24h",
    metadata: { of: "somebody else" },
    outputExpiresAfterSeconds: null,
    status: "completed",
    errors: null,
    outputFileId: null,
    errorFileId: null,
    createdAt,
    expiresAt: createdAt + DAY,
    inProgressAt: createdAt,
    finalizingAt: createdAt,
    completedAt: createdAt,
    failedAt: null,
    expiredAt: null,
    cancellingAt: null,
    cancelledAt: null,
    counts: { total: 0, completed: 0, failed: 0 },
    usage,
    enqueuedTokens: 0,
    times: { validating: 0, inProgress: 0, perLine: 0, finalizing: 0, cancelling: 0 },
    faults: [],
    linesRunAtCancel: null,
    linesWritten: true,
  };
}
