import { afterEach, describe, expect, it } from "vitest";
import { batchCreator } from "../../lib/pipeline/batchCreator.ts";
import { batchPoller } from "../../lib/pipeline/batchPoller.ts";
import { expectInvariants, readLedger } from "../support/invariants.ts";
import {
  addSessions,
  pollUntil,
  runUntilIdle,
  startPipelineInOwnTime,
  type TestPipeline,
} from "../support/pipeline.ts";
import { asTimeGoesBy, passTime } from "../support/testClock.ts";

const LINES = 12;
const AZURE = { shape: "azure" } as const;
const HOUR_MS = 3_600_000;

let pipeline: TestPipeline;
afterEach(async () => pipeline.close());

async function start(emulator: object = {}, env: Record<string, string> = {}): Promise<TestPipeline> {
  pipeline = await startPipelineInOwnTime({ emulator: { ...AZURE, ...emulator }, env });
  return pipeline;
}

const readBatches = async () =>
  (
    await pipeline.ctx.db.query(
      `SELECT "provider", "status", "providerStatus", "appliedCount", "outputFileId", "errorFileId", "errorCode",
              "filesDeletedAt" IS NOT NULL AS "isCleared" FROM "AIBatchRequest" ORDER BY "createdAt"`,
    )
  ).rows;

describe("a pipeline on Azure OpenAI", () => {
  it("waits for its uploads, reads its answers, and leaves no file there", async () => {
    const { ctx } = await start();
    await addSessions(ctx, LINES);
    await runUntilIdle(ctx);
    expect(await expectInvariants(pipeline)).toMatchObject({ linesExecuted: LINES, batches: { created: 1 } });
    expect(await readBatches()).toEqual([
      {
        provider: "azure",
        status: "PROCESSED",
        providerStatus: "completed",
        appliedCount: LINES,
        outputFileId: expect.any(String),
        errorFileId: expect.any(String),
        errorCode: null,
        isCleared: true,
      },
    ]);
    const left: string[] = [];
    for await (const { id } of ctx.provider.listInputFiles()) left.push(id);
    expect(left).toEqual([]);
  });

  it("adopts the batch whose create brought no reply", async () => {
    const { ctx } = await start({ faults: ["lost_reply_create:once"] });
    await addSessions(ctx, LINES);
    await runUntilIdle(ctx);
    expect(await expectInvariants(pipeline)).toMatchObject({ linesExecuted: LINES, batches: { created: 1 } });
  });

  it("makes a create that lands late fail, though it names two files of 0 bytes", async () => {
    const { ctx } = await start({ faults: ["late_create:once:ms=1000"] });
    await addSessions(ctx, LINES);
    await runUntilIdle(ctx);
    await passTime(ctx, 1_200);
    expect(await expectInvariants(pipeline)).toMatchObject({
      linesExecuted: LINES,
      batches: { byStatus: { completed: 1, failed: 1 } },
    });
  });

  it("does not take a batch that failed for the answer to a create that was sent again", async () => {
    const faults = ["file_not_seen:once:ms=60000", "late_create:once:skip=1,ms=1000"];
    const { ctx } = await start({ faults });
    await addSessions(ctx, LINES);
    await runUntilIdle(ctx);
    await passTime(ctx, 1_200);
    expect(await expectInvariants(pipeline)).toMatchObject({
      linesExecuted: LINES,
      batches: { byStatus: { completed: 1 } },
    });
  });

  it("lets a batch go on for as long as it takes, and collects what comes", async () => {
    const { ctx } = await start({ times: { validating: 0, inProgress: 60 * HOUR_MS, finalizing: 0, processing: 0 } });
    await addSessions(ctx, LINES);
    await runUntilIdle(ctx, 1).catch(() => {});
    await passTime(ctx, 55 * HOUR_MS);
    await asTimeGoesBy(ctx, () => batchPoller(ctx));
    expect(await readBatches()).toMatchObject([{ status: "IN_PROGRESS", providerStatus: "in_progress" }]);
    await passTime(ctx, 6 * HOUR_MS);
    await runUntilIdle(ctx);
    expect(await expectInvariants(pipeline)).toMatchObject({ linesExecuted: LINES, batches: { created: 1 } });
  });

  it("stops the model whose deployment is not there, and takes no attempt from its requests", async () => {
    const { ctx } = await start({ models: ["another"] });
    await addSessions(ctx, LINES);
    const readStops = async () => (await ctx.db.query(`SELECT "provider", "model", "code" FROM "ModelStop"`)).rows;
    await asTimeGoesBy(ctx, () => batchCreator(ctx));
    await pollUntil(ctx, async () => (await readStops()).length > 0);
    expect(await readStops()).toEqual([{ provider: "azure", model: "gpt-6-luna", code: expect.any(String) }]);
    const { rows: requests } = await ctx.db.query(
      `SELECT DISTINCT "processingStatus", "failedAttempts" FROM "AIProcessingRequest"`,
    );
    expect(requests).toEqual([{ processingStatus: "PENDING_BATCHING", failedAttempts: 0 }]);
    expect(await readLedger(pipeline)).toMatchObject({ linesExecuted: 0 });
  });

  it("halves a file that has too many lines for it", async () => {
    const { ctx } = await start({ limits: { maxLines: 5 } });
    await addSessions(ctx, LINES);
    await runUntilIdle(ctx);
    expect(await expectInvariants(pipeline)).toMatchObject({ linesExecuted: LINES });
    expect((await readBatches()).filter(({ status }) => status === "PROCESSED").length).toBeGreaterThan(1);
  });
});
