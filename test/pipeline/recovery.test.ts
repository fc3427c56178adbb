import { afterEach, describe, expect, it } from "vitest";
import type { EmulatorOptions } from "../../emulator/server.ts";
import type { ShapeName } from "../../emulator/shape/shapes.ts";
import type { PipelineContext } from "../../lib/context.ts";
import { batchCreator } from "../../lib/pipeline/batchCreator.ts";
import { batchPoller } from "../../lib/pipeline/batchPoller.ts";
import { giveUpBatch } from "../../lib/pipeline/giveUp.ts";
import type { StepHook } from "../../lib/step.ts";
import { expectInvariants, readLedger } from "../support/invariants.ts";
import { createAs, uploadAs } from "../support/othersAtProvider.ts";
import { addSessions, runUntilIdle, startPipelineInOwnTime, type TestPipeline } from "../support/pipeline.ts";
import { asTimeGoesBy, passTime } from "../support/testClock.ts";

const LINES = 10;
const SETTLE_SECONDS = 30;

let pipeline: TestPipeline;
let ctx: PipelineContext;
afterEach(async () => pipeline.close());

async function start(faults: string[], times: EmulatorOptions["times"] = {}, shape?: ShapeName): Promise<void> {
  const env = { BATCH_SETTLE_TIME: `${SETTLE_SECONDS}s`, BATCH_LEASE_DURATION: "60s" };
  pipeline = await startPipelineInOwnTime({ env, emulator: { faults, times, ...(shape ? { shape } : {}) } });
  ({ ctx } = pipeline);
  await addSessions(ctx, LINES);
}

const advance = (seconds: number) => passTime(ctx, seconds * 1_000);

async function onlyBatch() {
  const { rows } = await ctx.db.query(`SELECT * FROM "AIBatchRequest"`);
  expect(rows).toHaveLength(1);
  return rows[0];
}

/** Polls once a second until the batch is over. */
async function finish(): Promise<void> {
  for (let second = 0; second < 300 && (await onlyBatch()).processedAt === null; second++) {
    await advance(1);
    await batchPoller(ctx);
  }
  expect(await onlyBatch()).toMatchObject({ status: "PROCESSED", appliedCount: LINES });
}

describe("a submission of which nothing is found", () => {
  it("is submitted anew only when the settle time is over, with a last look at the list", async () => {
    await start(["lost_reply_create:once", `late_listing:ms=${SETTLE_SECONDS - 5}s`]);
    await batchCreator(ctx);
    await advance(3);
    await batchPoller(ctx);
    expect((await onlyBatch()).settlingSince).toEqual(ctx.clock.now());
    for (let second = 1; second < SETTLE_SECONDS; second++) {
      await advance(1);
      expect(await batchPoller(ctx)).toEqual({ visited: 0, failed: 0 });
    }
    await advance(1);
    await batchPoller(ctx);
    expect((await onlyBatch()).openaiBatchId).toMatch(/^batch_/);
    await finish();
    expect(await expectInvariants(pipeline)).toMatchObject({ linesExecuted: LINES, batches: { created: 1 } });
  });

  it("is waited for again when the next submission breaks off as well", async () => {
    await start(["late_create:2x:ms=20s"]);
    await batchCreator(ctx);
    await finish();
    expect(await expectInvariants(pipeline)).toMatchObject({
      linesExecuted: LINES,
      batches: { byStatus: { completed: 1, failed: 2 } },
    });
  });

  it("is fenced as well while what an earlier file has led to shows in the list", async () => {
    await start(["late_create:2x:ms=45s"], { validating: "20s" });
    await batchCreator(ctx);
    const first = await onlyBatch();
    await advance(3);
    await batchPoller(ctx);
    await advance(SETTLE_SECONDS);
    await batchPoller(ctx);
    const second = await onlyBatch();
    expect(second.inputFileId).not.toBe(first.inputFileId);
    // The first create has landed, and is in validation still; the second one is on its way.
    await advance(14);
    await batchPoller(ctx);
    expect(await onlyBatch()).toMatchObject({ openaiBatchId: null, settlingSince: ctx.clock.now() });
    await finish();
    await advance(60);
    expect(await expectInvariants(pipeline)).toMatchObject({ linesExecuted: LINES, linesBoughtAgain: 0 });
  });

  it("is looked for once more when the list is older than the end of the settle time, as the machine stood still meanwhile", async () => {
    await start(["lost_reply_create:once", `late_listing:ms=${SETTLE_SECONDS - 5}s`]);
    await batchCreator(ctx);
    await advance(3);
    await batchPoller(ctx);
    await advance(10);
    const { id } = await onlyBatch();
    const steps: StepHook = async (name, action) => {
      const result = await action();
      if (name === "recover.list") await advance(SETTLE_SECONDS);
      return result;
    };
    const decision = { by: "operator", reason: "too slow", requeueNow: false };
    await giveUpBatch({ ...ctx, steps }, id, decision, async () => {});
    expect((await onlyBatch()).processedAt).toBeNull();
    await advance(3);
    await batchPoller(ctx);
    expect((await onlyBatch()).openaiBatchId).toMatch(/^batch_/);
    await runUntilIdle(ctx);
    expect(await expectInvariants(pipeline)).toMatchObject({ linesExecuted: LINES, linesBoughtAgain: 0 });
  });

  it("is known as its own when both creates have landed late, and failed in a way that leaves open what ran", async () => {
    await start(["late_create:2x:ms=40s"], {}, "azure");
    await asTimeGoesBy(ctx, () => batchCreator(ctx));
    const first = await onlyBatch();
    await advance(3);
    await batchPoller(ctx);
    await advance(SETTLE_SECONDS);
    await asTimeGoesBy(ctx, () => batchPoller(ctx));
    const second = await onlyBatch();
    expect(second.inputFileId).not.toBe(first.inputFileId);
    await advance(3);
    await batchPoller(ctx);
    await advance(2 * SETTLE_SECONDS);
    await batchPoller(ctx);
    // The older of the two is the one to go by: it may be sent again, while the list shows the other one.
    expect(await onlyBatch()).toMatchObject({ inputFileId: first.inputFileId, openaiBatchId: expect.any(String) });
    await asTimeGoesBy(ctx, finish);
    expect(await expectInvariants(pipeline)).toMatchObject({
      linesExecuted: LINES,
      batches: { byStatus: { completed: 1, failed: 4 } },
    });
  });
});

describe("a submission that was created without a record", () => {
  it("is found on a later page of the list", async () => {
    await start(["lost_reply_create:once"]);
    await batchCreator(ctx);
    const inputFileId = await uploadForeignFile();
    for (let made = 0; made < 101; made++) {
      await createAs(pipeline.emulator, inputFileId, { of: "somebody else" });
    }
    await advance(3);
    await batchPoller(ctx);
    expect((await onlyBatch()).openaiBatchId).toMatch(/^batch_/);
  });

  it("is adopted once when it was created twice, and the surplus is cancelled", async () => {
    await start(["lost_reply_create:once"], { validating: "10s", inProgress: "10s" });
    await batchCreator(ctx);
    const { id, inputFileId } = await onlyBatch();
    await createAs(pipeline.emulator, inputFileId, { batch_id: id, epoch: "1" });
    await advance(3);
    await batchPoller(ctx);
    const { openaiBatchId } = await onlyBatch();
    const others: string[] = [];
    for await (const theirs of ctx.provider.listBatches(new Date(0))) {
      if (theirs.id !== openaiBatchId) others.push(theirs.state);
    }
    expect(others).toEqual([expect.stringMatching(/^cancell/)]);
    await finish();
    expect(await readLedger(pipeline)).toMatchObject({ linesExecuted: LINES });
  });
});

function uploadForeignFile(): Promise<string> {
  const body = { model: "gpt-6-luna", messages: [{ role: "user", content: "Hello" }] };
  const line = JSON.stringify({ custom_id: "theirs", method: "POST", url: "/v1/chat/completions", body });
  return uploadAs(pipeline.emulator, "theirs.jsonl", `${line}\n`);
}

it("adopts a provider batch that failed after lines of it had run: they are paid for", async () => {
  await start(["lost_reply_create:once", "fails_midway:once:share=0.6,code=server_error"], { inProgress: 1_000 });
  await batchCreator(ctx);
  await advance(20);
  await batchPoller(ctx);
  for (let second = 0; second < 5; second++) {
    await advance(1);
    await batchPoller(ctx);
  }
  expect(await onlyBatch()).toMatchObject({ status: "FAILED", appliedCount: 6, requeuedCount: 4 });
  await advance(600);
  await batchCreator(ctx);
  for (let second = 0; second < 60; second++) {
    await advance(1);
    await batchPoller(ctx);
  }
  const { linesExecuted, linesSent } = await expectInvariants(pipeline);
  expect({ linesExecuted, linesSent }).toEqual({ linesExecuted: LINES, linesSent: LINES + 4 });
});

describe("a worker whose machine was suspended, and whose clock is behind", () => {
  const BEHIND_MS = 3_600_000;

  /** Another worker on the same database: its time is an hour late until it asks. */
  function late(): PipelineContext {
    const { clock } = ctx;
    const behind = () => new Date(clock.now().getTime() - BEHIND_MS);
    return { ...ctx, worker: "late", clock: { ...clock, now: behind, ask: async () => clock.now() } };
  }

  it("does not cut short the wait for a create that may still land", async () => {
    await start(["lost_reply_create:once", `late_listing:ms=${SETTLE_SECONDS - 5}s`]);
    await batchCreator(ctx);
    await advance(3);
    await ctx.db.query(`UPDATE "AIBatchRequest" SET "leaseExpiresAt" = NULL, "notBefore" = NULL`);
    await batchPoller(late());
    expect((await onlyBatch()).settlingSince).toEqual(ctx.clock.now());
    await finish();
    expect(await expectInvariants(pipeline)).toMatchObject({ linesExecuted: LINES, batches: { created: 1 } });
  });
});
