import { afterEach, describe, expect, it } from "vitest";
import { doctor } from "../../lib/admin/doctor/doctor.ts";
import { readReadiness } from "../../lib/admin/doctor/readReadiness.ts";
import { readOverview } from "../../lib/admin/overview/readOverview.ts";
import { readSpending } from "../../lib/admin/spending/readSpending.ts";
import { resumeSpending } from "../../lib/admin/spending/resumeSpending.ts";
import { stopSpending } from "../../lib/admin/spending/stopSpending.ts";
import { callOperation } from "../../lib/api/operation.ts";
import { systemClock } from "../../lib/clock.ts";
import { batchCreator } from "../../lib/pipeline/batchCreator.ts";
import { batchPoller } from "../../lib/pipeline/batchPoller.ts";
import type { Step } from "../../lib/step.ts";
import { readSpendingStop, recordSpendingStop } from "../../lib/throttle/spendingStop.ts";
import { callerOf } from "../support/caller.ts";
import { setFaults } from "../support/emulatorControl.ts";
import { expectInvariants, readLedger } from "../support/invariants.ts";
import {
  addSessions,
  pollUntilOver,
  runUntilIdle,
  startPipeline,
  startPipelineInOwnTime,
  type TestPipeline,
} from "../support/pipeline.ts";
import { asTimeGoesBy, passTime } from "../support/testClock.ts";

let pipeline: TestPipeline;
afterEach(async () => pipeline.close());

const LINES = 6;
const sql = async (text: string) => (await pipeline.ctx.db.query(text)).rows;
const admin = () => callerOf(pipeline.ctx, "ADMIN");
const stop = (reason = "too dear") => callOperation(admin(), stopSpending, { reason });
const resume = () => callOperation(admin(), resumeSpending, { reason: "it was a mistake" });
const states = () => sql(`SELECT "processingStatus" AS "status", count(*)::int FROM "AIProcessingRequest" GROUP BY 1`);
const NOTHING = { batches: 0, requests: 0 };

async function start(faults: string[] = []): Promise<void> {
  pipeline = await startPipelineInOwnTime({ emulator: { faults } });
  await addSessions(pipeline.ctx, LINES);
}

/** Polls so often that whatever would be sent has been sent: settle time and back-off are long over. */
async function pollForAWhile(): Promise<void> {
  for (let round = 0; round < 12; round++) {
    await asTimeGoesBy(pipeline.ctx, () => batchCreator(pipeline.ctx));
    await asTimeGoesBy(pipeline.ctx, () => batchPoller(pipeline.ctx));
    await passTime(pipeline.ctx, 70);
  }
}

/** How often a create has reached the provider. */
async function countCreates(): Promise<number> {
  const { calls } = (await readLedger(pipeline)) as unknown as { calls: Record<string, number> };
  return calls["POST /v1/batches"] ?? 0;
}

async function expectAllDone(): Promise<void> {
  await runUntilIdle(pipeline.ctx);
  expect(await states()).toEqual([{ status: "PROCESSING_COMPLETE", count: LINES }]);
  expect(await expectInvariants(pipeline)).toMatchObject({ linesExecuted: LINES });
}

/** Creates batches, and stops all spending when this step is reached, just before it is done. */
async function createStoppedAt(step: Step): Promise<void> {
  const stopped = { stoppedAt: pipeline.ctx.clock.now(), stoppedBy: "ada", reason: "too dear" };
  const steps = async <T>(name: Step, action: () => Promise<T>): Promise<T> => {
    if (name === step) await recordSpendingStop(pipeline.ctx.db, stopped);
    return action();
  };
  await batchCreator({ ...pipeline.ctx, steps });
}

describe("while all spending is stopped", () => {
  it("nothing is claimed, what runs is collected, and it is said everywhere", async () => {
    await start();
    await batchCreator(pipeline.ctx);
    await addSessions(pipeline.ctx, 3, { company: "B" });
    expect(await stop()).toMatchObject({ changed: true, settled: true, stopped: { by: "key of ADMIN" } });
    expect(await batchCreator(pipeline.ctx)).toEqual(NOTHING);
    await pollUntilOver(pipeline.ctx);
    await pollForAWhile();
    expect((await states()).sort((a, b) => a.count - b.count)).toEqual([
      { status: "PENDING_BATCHING", count: 3 },
      { status: "PROCESSING_COMPLETE", count: LINES },
    ]);
    expect(await countCreates()).toBe(1);

    const said = { by: "key of ADMIN", reason: "too dear", since: expect.any(String) };
    expect(await callOperation(callerOf(pipeline.ctx, "SUPPORT"), readSpending, {})).toEqual({ stopped: said });
    expect((await readOverview(pipeline.ctx)).spendingStop).toMatchObject({ reason: "too dear" });
    expect(await readReadiness(pipeline.ctx)).toEqual({ ok: true, spendingStopped: true });
    const { findings } = await doctor(pipeline.ctx, { fix: false });
    expect(findings).toMatchObject([
      { id: "spending-stopped", explanation: expect.stringMatching(/key of ADMIN.*dear/) },
    ]);

    expect(await resume()).toEqual({ changed: true, stopped: null });
    expect(await readReadiness(pipeline.ctx)).toEqual({ ok: true });
    await runUntilIdle(pipeline.ctx);
    expect(await states()).toEqual([{ status: "PROCESSING_COMPLETE", count: LINES + 3 }]);
    await expectInvariants(pipeline);
  });

  it.each<[string, Step, object]>([
    ["it was claimed", "submit.begin", { files: 0 }],
    ["its file was uploaded", "submit.record_file", {}],
    ["it was about to be created", "submit.create", {}],
  ])("a batch waits that was stopped when %s, is no failure, and is bought once when it goes on", async (_, at) => {
    await start();
    await createStoppedAt(at);
    expect(await countCreates()).toBe(0);
    await pollForAWhile();
    expect(await countCreates()).toBe(0);
    expect(await states()).toEqual([{ status: "BATCHING_IN_PROGRESS", count: LINES }]);
    const waiting = { openaiBatchId: null, inputFileId: null, failedCalls: 0, errorCode: null, stuckSince: null };
    expect(await sql(`SELECT * FROM "AIBatchRequest"`)).toMatchObject([waiting]);
    await resume();
    await expectAllDone();
    expect(await countCreates()).toBe(1);
  });

  it("a batch whose create lost its reply is found and collected", async () => {
    await start(["lost_reply_create:once"]);
    await batchCreator(pipeline.ctx);
    await stop();
    await pollUntilOver(pipeline.ctx);
    expect(await states()).toEqual([{ status: "PROCESSING_COMPLETE", count: LINES }]);
    expect(await countCreates()).toBe(1);
    await expectInvariants(pipeline);
  });

  it.each([
    ["whose file is not seen", ["file_not_seen:ms=1h"], 1],
    ["of which no create has landed", ["connection_reset:once:method=POST,path=/v1/batches"], 0],
  ])("a batch %s is not created again", async (_, faults, creates) => {
    await start(faults);
    await batchCreator(pipeline.ctx);
    await stop();
    await pollForAWhile();
    expect(await countCreates()).toBeLessThanOrEqual(creates + 1);
    const before = await countCreates();
    await pollForAWhile();
    expect(await countCreates()).toBe(before);
    expect(await states()).toEqual([{ status: "BATCHING_IN_PROGRESS", count: LINES }]);
    await setFaults(pipeline.emulator, []);
    await resume();
    await expectAllDone();
  });

  it("an upload that failed before counts no more, as nothing is tried", async () => {
    await start(["http_error:status=503,method=POST,path=/v1/files"]);
    await batchCreator(pipeline.ctx);
    expect(await sql(`SELECT "failedCalls" FROM "AIBatchRequest"`)).toEqual([{ failedCalls: 1 }]);
    await stop();
    await passTime(pipeline.ctx, 150);
    await batchPoller(pipeline.ctx);
    const [batch] = await sql(`SELECT "failedCalls", "failingSince", "errorCode" FROM "AIBatchRequest"`);
    expect(batch).toEqual({ failedCalls: 0, failingSince: null, errorCode: null });
  });
});

describe("the stop", () => {
  it("answers when the create that was under way has ended, and not one comes after it", async () => {
    // In everybody's time: the stop waits while the create goes on.
    pipeline = await startPipeline({
      env: { BATCH_LEASE_DURATION: "60s" },
      emulator: { faults: ["slow_reply:once:ms=700,method=POST,path=/v1/batches"] },
    });
    await addSessions(pipeline.ctx, LINES);
    await addSessions(pipeline.ctx, LINES, { company: "B" });
    const started = Promise.withResolvers<void>();
    const steps = async <T>(name: Step, action: () => Promise<T>): Promise<T> => {
      if (name !== "submit.create") return action();
      const done = action();
      started.resolve();
      // However late a busy machine is with it: no other create may begin before.
      await expect.poll(() => readSpendingStop(pipeline.ctx.db), { interval: 10 }).toBeDefined();
      return done;
    };
    const creating = batchCreator({ ...pipeline.ctx, steps });
    await started.promise;
    while ((await countCreates()) === 0) await systemClock.sleep(5);
    expect(await stop()).toMatchObject({ changed: true, settled: true });
    expect(await sql(`SELECT 1 FROM "AIBatchRequest" WHERE "openaiBatchId" IS NOT NULL`)).toHaveLength(1);
    await creating;
    await pollForAWhile();
    expect(await countCreates()).toBe(1);
  });

  it.each([
    ["", "1 hour"],
    [", though its lease has expired", "-1 minute"],
  ])("says so when the worker of a create does not come back%s, and does not wait for ever", async (_, left) => {
    await start();
    await createStoppedAt("submit.create");
    await resume();
    await sql(`UPDATE "AIBatchRequest" SET "leaseOwner" = 'frozen', "leaseExpiresAt" = now() + interval '${left}'`);
    let now = Date.now();
    const clock = {
      now: () => new Date(now),
      sleep: async (ms: number) => {
        now += ms;
      },
    };
    expect(await callOperation({ ...admin(), clock }, stopSpending, { reason: "too dear" })).toMatchObject({
      settled: false,
    });
  });

  it("is for ADMIN and SUPER_ADMIN, audited, and changes nothing when it is asked for again", async () => {
    await start();
    const support = callOperation(callerOf(pipeline.ctx, "SUPPORT"), stopSpending, { reason: "too dear" });
    await expect(support).rejects.toMatchObject({ code: "forbidden" });
    await expect(callOperation(admin(), stopSpending, { reason: " " })).rejects.toMatchObject({
      code: "invalid_input",
    });
    const answers = await Promise.all([stop("one"), stop("two"), stop("three")]);
    expect(answers.filter(({ changed }) => changed)).toHaveLength(1);
    await callOperation(callerOf(pipeline.ctx, "SUPER_ADMIN"), resumeSpending, { reason: "enough" });
    expect(await resume()).toEqual({ changed: false, stopped: null });
    const audited = await sql(
      `SELECT "action", "outcome", "details" FROM "SecurityAuditLog" WHERE "outcome" = 'done' ORDER BY "createdAt", "id"`,
    );
    expect(audited).toMatchObject([
      { action: "spending.stop", details: { reason: expect.stringMatching(/one|two|three/) } },
      { action: "spending.resume", details: { reason: "enough" } },
    ]);
  });
});
