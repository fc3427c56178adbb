import { afterEach, describe, expect, it } from "vitest";
import { batchCreator } from "../../lib/pipeline/batchCreator.ts";
import { batchPoller } from "../../lib/pipeline/batchPoller.ts";
import type { Step, StepHook } from "../../lib/step.ts";
import { setFaults } from "../support/emulatorControl.ts";
import { expectInvariants, readLedger } from "../support/invariants.ts";
import {
  addSessions,
  pollUntilOver,
  runUntilIdle,
  startPipelineInOwnTime,
  type TestPipeline,
} from "../support/pipeline.ts";
import { passTime } from "../support/testClock.ts";

const LINES = 10;

let pipeline: TestPipeline;
afterEach(async () => pipeline.close());

/** A batch whose submission met these faults, and whose company is suspended then. */
async function startSuspended(faults: string[], env: Record<string, string> = {}): Promise<void> {
  pipeline = await startPipelineInOwnTime({ emulator: { faults }, env });
  await addSessions(pipeline.ctx, LINES);
  await batchCreator(pipeline.ctx);
  await setStatus("SUSPENDED");
}

async function setStatus(status: string): Promise<void> {
  await pipeline.ctx.db.query(`UPDATE "Company" SET "status" = $1::"CompanyStatus"`, [status]);
}

async function readRows(sql: string) {
  return (await pipeline.ctx.db.query(sql)).rows;
}

const readBatches = () => readRows(`SELECT * FROM "AIBatchRequest" ORDER BY "createdAt", "id"`);
const readStates = () =>
  readRows(
    `SELECT "processingStatus" AS "status", "failedAttempts", "notBefore", count(*)::int AS "count"
       FROM "AIProcessingRequest" GROUP BY 1, 2, 3`,
  );

describe("a suspended company's batch", () => {
  it.each<[string, string[], object]>([
    ["whose upload failed", ["http_error:4x:status=503,method=POST,path=/v1/files"], { batches: { created: 0 } }],
    ["that was not created", ["connection_reset:once:method=POST,path=/v1/batches"], { batches: { created: 0 } }],
    ["of which a create lands late", ["late_create:once:ms=3000"], { batches: { byStatus: { failed: 1 } } }],
    ["whose file is not seen by the provider", ["file_not_seen:ms=1h"], { batches: { byStatus: { failed: 1 } } }],
  ])(
    "%s is cancelled and not bought, and its requests wait until it is served again",
    async (_, faults, atProvider) => {
      await startSuspended(faults);
      await pollUntilOver(pipeline.ctx);
      const [batch] = await readBatches();
      expect(batch).toMatchObject({
        status: "CANCELLED",
        errorCode: "company_suspended",
        errorMessage: expect.stringMatching(/company was suspended/),
        requeuedCount: LINES,
        filesDeletedAt: expect.any(Date),
      });
      expect(await batchCreator(pipeline.ctx)).toEqual({ batches: 0, requests: 0 });
      const waiting = { status: "PENDING_BATCHING", failedAttempts: 0, notBefore: null, count: LINES };
      expect(await readStates()).toEqual([waiting]);
      const unbought = { linesExecuted: 0, ...atProvider };
      await passTime(pipeline.ctx, 3_000);
      expect(await readLedger(pipeline)).toMatchObject(unbought);
      await expectInvariants(pipeline);
      expect(await listInputFiles()).toEqual([]);

      await setFaults(pipeline.emulator, []);
      await setStatus("TRIAL");
      await runUntilIdle(pipeline.ctx);
      expect(await readStates()).toMatchObject([{ status: "PROCESSING_COMPLETE", count: LINES }]);
      expect(await expectInvariants(pipeline)).toMatchObject({ linesExecuted: LINES, linesExecutedTwice: 0 });
    },
  );

  it.each<[string, Step, object]>([
    ["before it is claimed", "claim.choose", { batches: { created: 0 }, uploads: { count: 0 } }],
    ["while it is uploaded", "submit.upload", { batches: { created: 0 }, uploads: { count: 1 } }],
  ])("is not bought where the company is suspended %s", async (_, step, atProvider) => {
    pipeline = await startPipelineInOwnTime();
    const { ctx } = pipeline;
    await addSessions(ctx, LINES);
    const steps: StepHook = async (name, action) => {
      const result = await action();
      if (name === step) await setStatus("SUSPENDED");
      return result;
    };
    await batchCreator({ ...ctx, steps });
    await pollUntilOver(ctx);
    expect(await readLedger(pipeline)).toMatchObject({ linesExecuted: 0, ...atProvider });
    const waiting = { status: "PENDING_BATCHING", failedAttempts: 0, notBefore: null, count: LINES };
    expect(await readStates()).toEqual([waiting]);
  });

  it("does not end the round for the others when it is held", async () => {
    pipeline = await startPipelineInOwnTime();
    const { ctx } = pipeline;
    await addSessions(ctx, LINES, { company: "A" });
    await addSessions(ctx, LINES, { company: "B" });
    let isFirst = true;
    const steps: StepHook = async (name, action) => {
      const result = await action();
      if (name === "submit.upload" && isFirst) {
        isFirst = false;
        await ctx.db.query(
          `UPDATE "Company" SET "status" = 'SUSPENDED' WHERE "id" = (SELECT "companyId" FROM "AIBatchRequest" LIMIT 1)`,
        );
      }
      return result;
    };
    expect(await batchCreator({ ...ctx, steps }, 2)).toEqual({ batches: 2, requests: 2 * LINES });
    await pollUntilOver(ctx);
    expect(await readLedger(pipeline)).toMatchObject({ linesExecuted: LINES, batches: { created: 1 } });
  });

  it("waits out the settle time all the same before it is cancelled", async () => {
    await startSuspended(["connection_reset:once:method=POST,path=/v1/batches"], { BATCH_SETTLE_TIME: "1h" });
    await passTime(pipeline.ctx, 200);
    await batchPoller(pipeline.ctx);
    expect(await readBatches()).toMatchObject([{ status: "UPLOADING", settlingSince: expect.any(Date) }]);
  });

  it("is collected when it had been created and only the reply was lost", async () => {
    await startSuspended(["lost_reply_create:once"]);
    await pollUntilOver(pipeline.ctx);
    expect(await readStates()).toMatchObject([{ status: "PROCESSING_COMPLETE", count: LINES }]);
    expect(await expectInvariants(pipeline)).toMatchObject({ linesExecuted: LINES, batches: { created: 1 } });
  });
});

async function listInputFiles(): Promise<string[]> {
  const ids: string[] = [];
  for await (const { id } of pipeline.ctx.provider.listInputFiles()) ids.push(id);
  return ids;
}
