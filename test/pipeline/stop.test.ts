import { afterEach, describe, expect, it } from "vitest";
import { tryNow } from "../../lib/admin/pipeline/tryNow.ts";
import { callOperation } from "../../lib/api/operation.ts";
import { batchCreator } from "../../lib/pipeline/batchCreator.ts";
import { batchPoller } from "../../lib/pipeline/batchPoller.ts";
import { readStops } from "../../lib/pipeline/create/holdBack.ts";
import { askAgain, readStop } from "../../lib/throttle/providerStop.ts";
import { callerOf } from "../support/caller.ts";
import { setFaults } from "../support/emulatorControl.ts";
import { expectInvariants } from "../support/invariants.ts";
import {
  addSessions,
  pollUntil,
  pollUntilOver,
  runUntilIdle,
  startPipelineInOwnTime,
  type TestPipeline,
} from "../support/pipeline.ts";
import { playRound, untilTrial } from "../support/rounds.ts";
import { passTime } from "../support/testClock.ts";

let pipeline: TestPipeline;
afterEach(async () => pipeline.close());

describe("a provider that only a person can mend", () => {
  it.each([
    ["insufficient_quota", "provider_quota_exhausted", /no credit/],
    ["http_error:status=401", "provider_key_refused", /rejected the key/],
    [
      "http_error:status=403,code=storage_quota_exceeded,method=POST",
      "provider_storage_full",
      /no room for more files/,
    ],
  ])("%s stops new batches with a clear state, and nothing is lost", async (fault, code, message) => {
    pipeline = await startPipelineInOwnTime({ emulator: { faults: [fault] } });
    await addSessions(pipeline.ctx, 10, { company: "A" });
    await addSessions(pipeline.ctx, 10, { company: "B" });
    await batchCreator(pipeline.ctx);
    expect(await readStop(pipeline.ctx)).toMatchObject({ code, message: expect.stringMatching(message) });
    expect(await batchCreator(pipeline.ctx)).toEqual({ batches: 0, requests: 0 });
    await passTime(pipeline.ctx, 150);
    await batchPoller(pipeline.ctx);
    const { rows } = await pipeline.ctx.db.query(`SELECT "status", "errorCode" FROM "AIBatchRequest"`);
    expect(rows).toEqual([{ status: "UPLOADING", errorCode: code }]);

    await setFaults(pipeline.emulator, []);
    await runUntilIdle(pipeline.ctx);
    expect(await readStop(pipeline.ctx)).toBeUndefined();
    expect(await expectInvariants(pipeline)).toMatchObject({ linesExecuted: 20 });
  });

  it("goes on collecting what runs while new batches are stopped", async () => {
    pipeline = await startPipelineInOwnTime();
    await addSessions(pipeline.ctx, 10, { company: "A" });
    await batchCreator(pipeline.ctx);
    await setFaults(pipeline.emulator, ["http_error:status=429,code=insufficient_quota,method=POST"]);
    await addSessions(pipeline.ctx, 10, { company: "B" });
    await batchCreator(pipeline.ctx);
    await expect(runUntilIdle(pipeline.ctx, 10)).rejects.toThrow("not idle");
    const { rows } = await pipeline.ctx.db.query(
      `SELECT count(*)::int AS "n" FROM "AIProcessingRequest" WHERE "processingStatus" = 'PROCESSING_COMPLETE'`,
    );
    expect(rows[0].n).toBe(10);
    expect(await readStop(pipeline.ctx)).toMatchObject({ code: "provider_quota_exhausted" });
  });

  it.each([
    ["at the validation", "failed_validation:code=billing_hard_limit_reached", "batch_quota_exhausted"],
    ["line by line", "line_error:code=insufficient_quota", "line_quota_exhausted"],
  ])("sends one batch a round while no credit shows %s, whatever calls go through", async (_, fault, code) => {
    pipeline = await startPipelineInOwnTime({ emulator: { faults: [fault] } });
    for (const company of ["A", "B", "C"]) await addSessions(pipeline.ctx, 5, { company });
    expect(await batchCreator(pipeline.ctx)).toEqual({ batches: 3, requests: 15 });
    await pollUntilOver(pipeline.ctx);
    expect(await readStop(pipeline.ctx)).toMatchObject({ code, message: expect.stringMatching(/credit|quota/) });
    for (let round = 1; round <= 3; round++) {
      await passTime(pipeline.ctx, 250);
      await untilTrial(pipeline.ctx);
      expect(await batchCreator(pipeline.ctx)).toEqual({ batches: 1, requests: 5 });
      expect(await batchCreator(pipeline.ctx), "one is being tried").toEqual({ batches: 0, requests: 0 });
      await pollUntilOver(pipeline.ctx);
      expect(await readStop(pipeline.ctx)).toMatchObject({ code });
    }
    await setFaults(pipeline.emulator, []);
    await runUntilIdle(pipeline.ctx);
    expect(await readStop(pipeline.ctx)).toBeUndefined();
    await expectInvariants(pipeline);
    const { rows } = await pipeline.ctx.db.query(
      `SELECT count(*)::int AS "complete" FROM "AIProcessingRequest" WHERE "processingStatus" = 'PROCESSING_COMPLETE'`,
    );
    expect(rows).toEqual([{ complete: 15 }]);
  });

  it.each([
    ["the account", "line_error:code=insufficient_quota", { what: "account" }],
    ["a model", "failed_validation:code=model_not_found,param=body.model", { what: "models" }],
  ] as const)(
    "tries %s less and less often, each hour in the end, and at once where somebody asks",
    async (_, fault, now) => {
      pipeline = await startPipelineInOwnTime({ emulator: { faults: [fault] } });
      const { ctx } = pipeline;
      await addSessions(ctx, 5);
      const trials: number[] = [];
      const start = ctx.clock.now().getTime();
      const MINUTE = 60_000;
      for (let minute = 0; minute < 210; minute += 5) {
        const { batches } = await batchCreator(ctx);
        if (batches > 0) trials.push(minute);
        await pollUntilOver(ctx);
        await passTime(ctx, start + (minute + 5) * MINUTE - ctx.clock.now().getTime());
      }
      expect(trials.slice(0, 2)).toEqual([0, 5]);
      for (const [index, minute] of trials.slice(1, -1).entries()) {
        const pause = (trials[index + 2] ?? 0) - minute;
        // As long as it has lasted, and up to the next round.
        expect([0, 5], trials.join()).toContain(pause - Math.min(60, minute));
      }
      expect(trials.at(-1), "it goes on").toBeGreaterThan(140);
      expect(await batchCreator(ctx)).toMatchObject({ batches: 0 });
      await callOperation(callerOf(ctx, "ADMIN"), tryNow, now);
      expect(await batchCreator(ctx)).toMatchObject({ batches: 1 });
      await pollUntilOver(ctx);
      await passTime(ctx, 250);
      expect(await batchCreator(ctx), "once").toMatchObject({ batches: 0 });
      await askAgain(ctx);
      expect(await batchCreator(ctx), "who starts a process asks too").toMatchObject({ batches: 1 });
    },
  );

  it.each([
    ["a model", "failed_validation:code=model_not_found,param=body.model", "models"],
    ["the account, at the validation", "failed_validation:code=billing_hard_limit_reached", "account"],
    ["the account, line by line", "line_error:code=insufficient_quota", "account"],
  ] as const)("tries %s at once where somebody asked while an earlier trial was under way", async (_, fault, what) => {
    pipeline = await startPipelineInOwnTime({ emulator: { faults: [fault] } });
    const { ctx } = pipeline;
    await addSessions(ctx, 5);
    for (let trial = 0; trial < 3; trial++) await playRound(ctx);
    await passTime(ctx, 250);
    await untilTrial(ctx);
    expect(await batchCreator(ctx)).toMatchObject({ batches: 1 });
    await passTime(ctx, 1);
    const askedAt = ctx.clock.now();
    await callOperation(callerOf(ctx, "ADMIN"), tryNow, { what });
    await pollUntilOver(ctx);
    const { account, models } = await readStops(ctx);
    expect([account, ...models.values()].filter(Boolean)).toMatchObject([{ nextTrialAt: askedAt }]);
    await setFaults(pipeline.emulator, []);
    await passTime(ctx, 250);
    expect(await batchCreator(ctx)).toMatchObject({ batches: 1 });
    await runUntilIdle(ctx);
    expect(await readStops(ctx)).toEqual({ account: undefined, models: new Map() });
  });

  it("goes on as soon as the batch that tries it has answers, though it takes the whole day", async () => {
    pipeline = await startPipelineInOwnTime({ emulator: { faults: ["line_error:batch=1,code=insufficient_quota"] } });
    await addSessions(pipeline.ctx, 5, { company: "A" });
    await batchCreator(pipeline.ctx);
    await pollUntilOver(pipeline.ctx);
    expect(await readStop(pipeline.ctx)).toMatchObject({ code: "line_quota_exhausted" });
    await setFaults(pipeline.emulator, ["stuck_in_progress:batch=2"]);
    await passTime(pipeline.ctx, 250);
    expect(await batchCreator(pipeline.ctx)).toEqual({ batches: 1, requests: 5 });
    await pollUntil(pipeline.ctx, async () => !(await readStop(pipeline.ctx)));
    const { rows } = await pipeline.ctx.db.query(`SELECT "status" FROM "AIBatchRequest" WHERE "processedAt" IS NULL`);
    expect(rows).toEqual([{ status: "IN_PROGRESS" }]);
  });
});
