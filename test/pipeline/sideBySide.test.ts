import { setImmediate } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { batchCreator } from "../../lib/pipeline/batchCreator.ts";
import { ProviderError } from "../../lib/providers/contract/errors.ts";
import { setFaults } from "../support/emulatorControl.ts";
import { type GatedCalls, gateCalls } from "../support/gatedCalls.ts";
import { expectInvariants } from "../support/invariants.ts";
import { addSessions, runUntilIdle, startPipelineInOwnTime, type TestPipeline } from "../support/pipeline.ts";
import { passTime } from "../support/testClock.ts";

const LANES = 4;

let pipeline: TestPipeline;
let gated: GatedCalls;
beforeEach(async () => {
  pipeline = await startPipelineInOwnTime({ env: { BATCH_MAX_PER_HOUR: "0" } });
  gated = gateCalls(pipeline.ctx);
});
afterEach(async () => pipeline.close());

/** So many companies with a session each: a batch for each of them. */
async function addCompanies(count: number, model?: string): Promise<void> {
  for (let n = 0; n < count; n++) {
    await addSessions(pipeline.ctx, 1, { company: `${model ?? "company"} ${n}`, ...(model ? { model } : {}) });
  }
}

/** A round of which the first batch got through, and the next ones wait to be uploaded, as many as there are lanes. */
async function startLanes(): Promise<{ round: ReturnType<typeof batchCreator> }> {
  gated.close("create");
  const round = batchCreator(gated.ctx, LANES);
  await gated.until("create", 1);
  gated.close("upload");
  gated.open("create");
  await gated.until("upload", 1 + LANES);
  return { round };
}

/** The most submissions that were between the start of their upload and the end of their create at the same time. */
function mostAtOnce(): number {
  let underWay = 0;
  let most = 0;
  for (const { what } of gated.happened) {
    if (what === "upload") most = Math.max(most, ++underWay);
    if (what === "created") underWay--;
  }
  return most;
}

describe("submissions of a round", () => {
  it("run side by side, as many as there are lanes, once the first got through", async () => {
    await addCompanies(3 * LANES);
    const { round } = await startLanes();
    gated.open("upload");
    expect(await round).toEqual({ batches: 3 * LANES, requests: 3 * LANES });
    const order = gated.happened.map(({ what }) => what);
    expect(order.slice(0, order.indexOf("created")).filter((what) => what === "upload")).toHaveLength(1);
    expect(mostAtOnce()).toBe(LANES);
    await runUntilIdle(pipeline.ctx);
    expect(await expectInvariants(pipeline)).toMatchObject({ linesExecuted: 3 * LANES });
  });

  it("go one after the other where there is one lane", async () => {
    await addCompanies(LANES);
    await batchCreator(gated.ctx, 1);
    expect(gated.count("created")).toBe(LANES);
    expect(mostAtOnce()).toBe(1);
  });

  it("have an account that is refused met by one of them", async () => {
    await setFaults(pipeline.emulator, ["insufficient_quota:method=POST,path=/v1/batches"]);
    await addCompanies(2 * LANES);
    expect(await batchCreator(gated.ctx, LANES)).toEqual({ batches: 1, requests: 1 });
  });

  it("have a model that is refused met by one of them, though others got through", async () => {
    await addCompanies(1, "gpt-6-luna");
    await batchCreator(gated.ctx, LANES);
    await addCompanies(LANES, "gpt-6-sol");
    await addCompanies(LANES, "gpt-6-luna");
    const { provider } = gated.ctx;
    const ofModel = (id: string) => pipeline.ctx.db.query(`SELECT "model" FROM "AIBatchRequest" WHERE "id" = $1`, [id]);
    const createBatch: typeof provider.createBatch = async (batch) => {
      const { rows } = await ofModel(batch.mark.batchId);
      if (rows[0]?.model === "gpt-6-sol") throw new ProviderError("provider_model_refused", "There is no such model.");
      return provider.createBatch(batch);
    };
    const ctx = { ...gated.ctx, provider: { ...provider, createBatch } };
    expect(await batchCreator(ctx, LANES)).toEqual({ batches: LANES + 1, requests: LANES + 1 });
  });

  it("end with the round when the provider takes nothing: none is begun any more, and those under way are awaited", async () => {
    await addCompanies(4 * LANES);
    const { round } = await startLanes();
    gated.open("upload", new ProviderError("provider_unreachable", "The provider does not answer."));
    expect(await round).toMatchObject({ batches: 1 + LANES });
    const { rows } = await pipeline.ctx.db.query(
      `SELECT count(*)::int AS "held" FROM "AIBatchRequest" WHERE "leaseOwner" IS NOT NULL`,
    );
    expect(rows, "leases are handed back").toEqual([{ held: 0 }]);
    gated.open("upload");
    await runUntilIdle(pipeline.ctx);
    expect(await expectInvariants(pipeline)).toMatchObject({ linesExecuted: 4 * LANES });
  });

  it("lose nothing and pay for nothing twice when replies to several creates are lost", async () => {
    await addCompanies(2 * LANES);
    const { round } = await startLanes();
    await setFaults(pipeline.emulator, ["lost_reply_create:3x"]);
    gated.open("upload");
    await round;
    await runUntilIdle(pipeline.ctx);
    expect(await expectInvariants(pipeline)).toMatchObject({ linesExecuted: 2 * LANES });
  });
});

describe("the look for copies before a create", () => {
  it("is shared by those who ask for it while another one is under way", async () => {
    await addCompanies(1 + LANES);
    const { round } = await startLanes();
    const before = gated.count("list");
    gated.close("list");
    gated.open("upload");
    await gated.until("recorded", 1 + LANES);
    // What was recorded last asks in the same turn of the loop.
    await setImmediate();
    gated.open("list");
    await round;
    expect(gated.count("created")).toBe(1 + LANES);
    expect(gated.count("list") - before, "the first of them, and one for all others").toBeLessThanOrEqual(2);
  });

  it("has begun after the file was recorded, for each of them", async () => {
    await addCompanies(3 * LANES);
    await batchCreator(gated.ctx, LANES);
    const { happened } = gated;
    const created = happened.flatMap(({ what, batchId }, at) => (what === "create" ? [{ batchId, at }] : []));
    expect(created).toHaveLength(3 * LANES);
    for (const { batchId, at } of created) {
      const recorded = happened.findIndex((one) => one.what === "recorded" && one.batchId === batchId);
      const since = happened.slice(recorded, at).map(({ what }) => what);
      expect(since.slice(since.indexOf("list")), `before batch ${batchId} is created`).toContain("listed");
      expect(since).toContain("list");
    }
  });
});

it("a round ends with what was pending as it began", async () => {
  await addCompanies(2);
  gated.close("upload");
  const round = batchCreator(gated.ctx, LANES);
  await gated.until("upload", 1);
  await passTime(pipeline.ctx, 1);
  await addSessions(pipeline.ctx, 1, { company: "came later" });
  gated.open("upload");
  expect(await round).toEqual({ batches: 2, requests: 2 });
  expect(await batchCreator(gated.ctx)).toEqual({ batches: 1, requests: 1 });
});
