import { afterEach, describe, expect, it } from "vitest";
import { listBatches } from "../../lib/admin/batches/listBatches.ts";
import { readBatch } from "../../lib/admin/batches/readBatch.ts";
import { callOperation } from "../../lib/api/operation.ts";
import type { AIBatchRequestStatus } from "../../lib/db/enums.ts";
import { batchCreator } from "../../lib/pipeline/batchCreator.ts";
import { batchPoller } from "../../lib/pipeline/batchPoller.ts";
import { callerOf } from "../support/caller.ts";
import { pagesOf } from "../support/pages.ts";
import { addSessions, runUntilIdle, startPipeline, type TestPipeline } from "../support/pipeline.ts";

let pipeline: TestPipeline;
afterEach(async () => pipeline.close());

const sql = async (text: string, values: unknown[] = []) => (await pipeline.ctx.db.query(text, values)).rows;
const support = () => callerOf(pipeline.ctx, "SUPPORT");
const list = (input: object = {}) => callOperation(support(), listBatches, input);
const read = (id: string) => callOperation(support(), readBatch, { id });

/** Batches `b1` to `b<count>` of two companies and two models, three in each second. */
async function addBatches(count: number, status: AIBatchRequestStatus = "PROCESSED", prefix = "b"): Promise<string[]> {
  const batches = await pipeline.database.rows.batches(count, (n) => ({
    id: `${prefix}${n}`,
    companyId: `c${n % 2}`,
    model: `model-${n % 2}`,
    status,
    createdAt: new Date(Date.UTC(2026, 10, 1, 0, 0, Math.floor(n / 3))),
  }));
  return batches.map(({ id }) => id);
}

/** Every page of a list, until there is no more. */
async function readAll(input: object, between: () => Promise<unknown> = async () => {}): Promise<string[]> {
  const ids: string[] = [];
  for await (const { batches } of pagesOf((at) => list({ ...input, ...at }))) {
    ids.push(...batches.map(({ id }) => id));
    await between();
  }
  return ids;
}

describe("the list of batches", () => {
  it("has each of them on exactly one page, newest or oldest first, while others come and change", async () => {
    pipeline = await startPipeline();
    const ids = await addBatches(50);
    let round = 0;
    const disturb = async () => {
      round += 1;
      await sql(`UPDATE "AIBatchRequest" SET "status" = 'FAILED' WHERE "id" = $1`, [`b${round * 3}`]);
      await addBatches(1, "PROCESSED", `late-${round}-`);
    };
    const newest = await readAll({ limit: 7 }, disturb);
    expect(newest.filter((id) => id.startsWith("b")).sort()).toEqual([...ids].sort());
    expect(new Set(newest).size).toBe(newest.length);
    const times = await sql(`SELECT "id" FROM "AIBatchRequest" ORDER BY "createdAt", "id"`);
    expect(await readAll({ limit: 200, order: "oldest" })).toEqual(times.map(({ id }) => id));
    expect((await list({ limit: 1 })).batches).toHaveLength(1);
  });

  it("is narrowed by status, company and model, and a cursor holds for its own list alone", async () => {
    pipeline = await startPipeline();
    await addBatches(10);
    await addBatches(4, "CANCELLED", "x");
    expect((await readAll({ status: "cancelled" })).sort()).toEqual(["x1", "x2", "x3", "x4"]);
    expect((await readAll({ status: "cancelled", companyId: "c1", limit: 1 })).sort()).toEqual(["x1", "x3"]);
    expect(await readAll({ model: "model-1", limit: 2 })).toHaveLength(7);
    expect(await readAll({ model: "model-1", companyId: "c0" })).toEqual([]);
    expect(await readAll({ companyId: "nobody" })).toEqual([]);
    const [from, to] = ["2026-11-01T00:00:02Z", "2026-11-01T00:00:03Z"];
    expect((await readAll({ newerThan: from, olderThan: to, limit: 2 })).sort()).toEqual(["b6", "b7", "b8"]);
    await expect(list({ newerThan: "yesterday" })).rejects.toMatchObject({
      message: expect.stringMatching(/newerThan:/),
    });
    const { nextCursor } = await list({ status: "cancelled", limit: 1 });
    const foreign = list({ status: "processed", limit: 1, cursor: nextCursor });
    await expect(foreign).rejects.toMatchObject({ code: "invalid_cursor" });
  });

  it("says of each how long it has lived, what came of its lines, and what it cost", async () => {
    pipeline = await startPipeline({ emulator: { faults: ["line_refusal:once"] } });
    await addSessions(pipeline.ctx, 8);
    await runUntilIdle(pipeline.ctx);
    const { batches } = await list();
    const [batch] = await sql(`SELECT * FROM "AIBatchRequest"`);
    const [spent] = await sql(`SELECT sum("costEur") AS "costEur" FROM "AIRequestAttempt"`);
    expect(batches).toEqual([
      expect.objectContaining({
        companyName: "Acme",
        status: "processed",
        providerStatus: "completed",
        providerCounts: { total: 8, completed: 8, failed: 0 },
        requestCount: 8,
        succeeded: 7,
        failed: 1,
        requeued: 0,
        lifeMs: batch.processedAt - batch.createdAt,
        estimatedCostEur: expect.stringMatching(/^0\.0*[1-9]/),
        costEur: spent.costEur,
      }),
    ]);
    expect(Number(spent.costEur)).toBeGreaterThan(0);
  });
});

describe("the estimate of what a batch will cost", () => {
  it("counts its input, and the output that the model has given lately", async () => {
    pipeline = await startPipeline();
    await addSessions(pipeline.ctx, 30);
    await runUntilIdle(pipeline.ctx);
    await addSessions(pipeline.ctx, 30, { text: (index) => `How do I ask for leave in week ${index}?` });
    await runUntilIdle(pipeline.ctx);
    const [first, second] = (await list({ order: "oldest" })).batches;
    const off = (batch: typeof first) => Math.abs(Number(batch?.estimatedCostEur) / Number(batch?.costEur) - 1);
    // Nothing was known of the output of the first.
    expect(off(first)).toBeGreaterThan(0.2);
    expect(off(second)).toBeLessThan(0.1);
  });
});

describe("one batch", () => {
  it("has its life in order, and its lines by what came of them, as the ledger says", async () => {
    pipeline = await startPipeline({ emulator: { faults: ["line_refusal:0.3"] } });
    await addSessions(pipeline.ctx, 30);
    await runUntilIdle(pipeline.ctx);
    const { batches } = await list();
    const { batch, timeline, outcomes, expected, errors } = await read(batches[0]?.id ?? "");
    expect(timeline.map(({ event }) => event)).toEqual(["claimed", "submitted", "done_at_provider", "processed"]);
    const life = timeline.reduce((sum, { afterMs }) => sum + afterMs, 0);
    expect(life).toBe(batch.lifeMs);
    expect(timeline[0]).toMatchObject({ at: batch.createdAt, afterMs: 0 });
    expect(expected).toBeNull();
    expect(errors).toEqual([]);
    const [ledger] = await sql(
      `SELECT sum("promptTokens")::int AS "promptTokens", sum("completionTokens")::int AS "completionTokens",
              sum("costEur") AS "costEur" FROM "AIRequestAttempt"`,
    );
    const { succeeded, failed, requeued, costEur } = batch;
    expect(failed).toBeGreaterThan(0);
    expect(outcomes).toMatchObject({ ...ledger, succeeded, failed, requeued, costEur, waiting: 0 });
    expect(outcomes.byCode).toEqual([{ outcome: "failed", code: "answer_refused", count: failed }]);
    expect(batch.estimatedTokens).toBeGreaterThan(0);
  });

  it("names the lines that the provider refused, with its own words", async () => {
    const faults = [
      "failed_validation:code=string_above_max_length,line=2,param=body.messages",
      "failed_validation:code=invalid_json_line,line=1",
    ];
    pipeline = await startPipeline({ emulator: { faults } });
    await addSessions(pipeline.ctx, 3);
    await batchCreator(pipeline.ctx);
    const [{ id }] = await sql(`SELECT "id" FROM "AIBatchRequest"`);
    do await batchPoller(pipeline.ctx);
    while ((await read(id)).batch.status !== "failed");
    const { errors, outcomes, timeline, batch } = await read(id);
    expect(errors.map(({ line, code }) => ({ line, code }))).toEqual([
      { line: 1, code: "invalid_json_line" },
      { line: 2, code: "string_above_max_length" },
    ]);
    expect(errors[1]).toMatchObject({
      param: "body.messages",
      message: "Validation failed with string_above_max_length.",
    });
    expect(outcomes).toMatchObject({ failed: 2, requeued: 1, succeeded: 0, costEur: "0.0000000000" });
    expect(timeline.map(({ event }) => event)).toEqual(["claimed", "submitted", "failed"]);
    expect(batch).toMatchObject({ failed: 2, requeued: 1, errorCode: expect.any(String) });
  });

  it("is expected when half, and nine of ten, of the account's past batches were done, and is late after that", async () => {
    pipeline = await startPipeline();
    await addBatches(1, "IN_PROGRESS", "live");
    const sent = new Date(pipeline.ctx.clock.now().getTime() - 250_000);
    const expiresAt = new Date(sent.getTime() + 86_400_000);
    await sql(`UPDATE "AIBatchRequest" SET "submittedAt" = $1, "expiresAt" = $2`, [sent, expiresAt]);
    expect((await read("live1")).expected).toEqual({ medianEnd: null, p90End: null, isLate: false });
    await addBatches(11);
    // From 100 to 200 seconds: the median is 150, the 90th percentile 190.
    await sql(`UPDATE "AIBatchRequest" SET "completedAt" = "submittedAt" + (90 + 10 * substr("id", 2)::int) * interval '1 s'
                WHERE "status" = 'PROCESSED'`);
    const at = (seconds: number) => new Date(sent.getTime() + seconds * 1000).toISOString();
    expect((await read("live1")).expected).toEqual({ medianEnd: at(150), p90End: at(190), isLate: true });
    await sql(`UPDATE "AIBatchRequest" SET "submittedAt" = $1 WHERE "id" = 'live1'`, [pipeline.ctx.clock.now()]);
    expect((await read("live1")).expected).toMatchObject({ isLate: false });
    await sql(`UPDATE "AIBatchRequest" SET "submittedAt" = NULL WHERE "id" = 'live1'`);
    expect((await read("live1")).expected).toBeNull();
  });

  it("has what the provider said of the whole file before what it said of its lines", async () => {
    pipeline = await startPipeline();
    const error = (line: number | null) => ({ line, code: "invalid_url", message: "Not this one.", param: null });
    const errors = [error(7), error(null), error(2)];
    await pipeline.database.rows.batch({ id: "b1", status: "FAILED", errors });
    expect((await read("b1")).errors.map(({ line }) => line)).toEqual([null, 2, 7]);
  });

  it("says what giving it up would mean, also where its account cannot be used here, until that is confirmed", async () => {
    pipeline = await startPipeline();
    const at = { status: "IN_PROGRESS", provider: "azure" } as const;
    const givenUp = { givenUpAt: new Date(), givenUpBy: "ada", requeueAt: new Date() };
    await pipeline.database.rows.batches([
      { id: "b1", ...at },
      { id: "b2", ...at, ...givenUp },
      { id: "b3", ...at, ...givenUp, giveUpReason: "it hangs", requeueConfirmed: true },
    ]);
    const plan = { waiting: 0, requeueAt: expect.any(String), boughtTwice: { lines: 0 } };
    expect(await read("b1")).toMatchObject({ giveUp: plan, batch: { provider: "azure", givenUp: null } });
    // Its reason is not always known.
    expect(await read("b2")).toMatchObject({ giveUp: plan, batch: { givenUp: { by: "ada", reason: "" } } });
    expect(await read("b3")).toMatchObject({ giveUp: null, batch: { givenUp: { reason: "it hangs" } } });
  });

  it("has to exist", async () => {
    pipeline = await startPipeline();
    await expect(read("nothing")).rejects.toMatchObject({ code: "not_found" });
  });
});
