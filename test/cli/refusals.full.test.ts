import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { accountRefusals } from "../../cli/accountRefusals.ts";
import { type Watched, watchUntilIdle } from "../../cli/watchPipeline.ts";
import { readProgress } from "../../lib/admin/overview/readProgress.ts";
import { systemClock } from "../../lib/clock.ts";
import type { PipelineContext } from "../../lib/context.ts";
import { askProvider } from "../../lib/pipeline/askProvider.ts";
import { batchCreator } from "../../lib/pipeline/batchCreator.ts";
import { batchPoller } from "../../lib/pipeline/batchPoller.ts";
import { askAgain, readStop, recordStop } from "../../lib/throttle/providerStop.ts";
import { setFaults } from "../support/emulatorControl.ts";
import { expectInvariants } from "../support/invariants.ts";
import { addSessions, startPipeline, type TestPipeline } from "../support/pipeline.ts";

const MINUTE = 60_000;
const REFUSED = "http_error:status=401,code=invalid_api_key,message=Incorrect API key provided";
const NO_CREDIT = "http_error:status=429,code=insufficient_quota,method=POST";

let pipeline: TestPipeline;
/** How far the pipeline's clock is ahead. */
let ahead: number;
let said: string[];
let view: Parameters<typeof watchUntilIdle>[1];

beforeEach(async () => {
  ahead = 0;
  said = [];
  view = { set: () => {}, log: process.stderr, say: (text) => void said.push(text), close: () => {} };
  pipeline = await startPipeline({
    // The clock is moved by the watching: nobody should lose a lease by that.
    env: { BATCH_LEASE_DURATION: "1h" },
    emulator: { times: { validating: 20, inProgress: 60, finalizing: 20, cancelling: 20 } },
  });
  pipeline.ctx.clock = { ...systemClock, now: () => new Date(Date.now() + ahead) };
});
afterEach(() => pipeline.close());

/** As `run --until-idle` does it: the watching's own waits pass at once, those of the schedulers as ever. */
async function runUntilIdle(changes: { at: number; faults: string[] }[] = []): Promise<Watched & { tookMs: number }> {
  const { ctx, emulator } = pipeline;
  const since = ctx.clock.now();
  const left = [...changes];
  const sleep = async (ms: number, signal?: AbortSignal) => {
    ahead += ms;
    const next = left[0];
    if (next && ctx.clock.now().getTime() - since.getTime() >= next.at) {
      left.shift();
      await setFaults(emulator, next.faults);
    }
    // The schedulers beside it, which are in real time, get a turn.
    await systemClock.sleep(5, signal);
  };
  await askAgain(ctx);
  await askProvider(ctx);
  const ended = new AbortController();
  const schedulers = runSchedulers(ctx, ended.signal);
  const watched = await watchUntilIdle({ ...ctx, clock: { ...ctx.clock, sleep } }, view, { stopsSince: since });
  const tookMs = ctx.clock.now().getTime() - since.getTime();
  ended.abort();
  await schedulers;
  return { ...watched, tookMs };
}

async function runSchedulers(ctx: PipelineContext, ended: AbortSignal): Promise<void> {
  while (!ended.aborted) {
    await batchCreator(ctx);
    await batchPoller(ctx);
    // What the provider does takes real time, as its own clock is not moved.
    await systemClock.sleep(10, ended);
  }
}

async function countComplete(): Promise<number> {
  return (await readProgress(pipeline.ctx)).complete;
}

describe("run --until-idle", () => {
  it("ends with the reason after two refusals a minute apart, and the next run loses nothing", async () => {
    await addSessions(pipeline.ctx, 10);
    await setFaults(pipeline.emulator, [REFUSED]);
    const first = await runUntilIdle();
    expect(first).toMatchObject({
      end: "provider_stopped",
      reason: expect.stringMatching(/Incorrect API key provided/),
    });
    expect(first.tookMs).toBeGreaterThanOrEqual(MINUTE);
    expect(said).toEqual([
      expect.stringMatching(/^The provider is refusing requests: .*Incorrect API key.* try again in a minute/),
    ]);
    expect(await readStop(pipeline.ctx)).toMatchObject({ code: "provider_key_refused" });
    await setFaults(pipeline.emulator, []);
    expect(await runUntilIdle()).toMatchObject({ end: "idle", progress: { complete: 10, failed: 0 } });
    expect(await readStop(pipeline.ctx)).toBeUndefined();
    await expectInvariants(pipeline);
  });

  it("goes on when the key is taken again within the minute", async () => {
    await addSessions(pipeline.ctx, 10);
    await setFaults(pipeline.emulator, [REFUSED]);
    const run = await runUntilIdle([{ at: MINUTE / 2, faults: [] }]);
    expect(run).toMatchObject({ end: "idle", progress: { complete: 10, failed: 0 } });
    await expectInvariants(pipeline);
  });

  it("waits out an outage, however long", async () => {
    await addSessions(pipeline.ctx, 10);
    await setFaults(pipeline.emulator, ["http_error:status=503"]);
    const run = await runUntilIdle([{ at: 2 * MINUTE, faults: [] }]);
    expect(run).toMatchObject({ end: "idle", progress: { complete: 10, failed: 0 } });
    expect(run.tookMs).toBeGreaterThanOrEqual(2 * MINUTE);
    await expectInvariants(pipeline);
  });

  it("is refused while batches are in flight: it ends, and the next one loses nothing and buys nothing twice", async () => {
    pipeline.ctx.config = { ...pipeline.ctx.config, BATCH_MAX_LINES: 10 };
    await addSessions(pipeline.ctx, 30);
    await setFaults(pipeline.emulator, ["stuck_in_progress:ms=2000"]);
    await batchCreator(pipeline.ctx);
    await setFaults(pipeline.emulator, [REFUSED]);
    expect(await runUntilIdle()).toMatchObject({ end: "provider_stopped", progress: { inBatch: 30 } });
    await setFaults(pipeline.emulator, []);
    expect(await runUntilIdle()).toMatchObject({ end: "idle", progress: { complete: 30 } });
    expect(await expectInvariants(pipeline)).toMatchObject({ linesExecuted: 30 });
  });

  it("first collects what runs when nothing new is taken, even if the run before was refused there too", async () => {
    await addSessions(pipeline.ctx, 10, { company: "A" });
    await batchCreator(pipeline.ctx);
    await pipeline.ctx.db.query(
      `UPDATE "AIBatchRequest" SET "errorCode" = 'provider_quota_exhausted', "notBefore" = now() + interval '1 hour'`,
    );
    await recordStop(pipeline.ctx, "provider_quota_exhausted", "There was no credit.");
    await addSessions(pipeline.ctx, 10, { company: "B" });
    await setFaults(pipeline.emulator, [NO_CREDIT]);
    const run = await runUntilIdle();
    expect(run).toMatchObject({ end: "provider_stopped", reason: expect.stringMatching(/no credit left/) });
    expect(await countComplete()).toBe(10);
  });
});

it("counts a refusal from before the run as none: it may have been mended", async () => {
  await recordStop(pipeline.ctx, "provider_key_refused", "It was refused.");
  ahead += 10 * MINUTE;
  const whyHeld = accountRefusals(pipeline.ctx, view, pipeline.ctx.clock.now());
  ahead += 10 * MINUTE;
  expect(await whyHeld(await readProgress(pipeline.ctx))).toBeUndefined();
  expect(said).toEqual([]);
});
