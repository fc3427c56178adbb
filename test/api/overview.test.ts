import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { readPipeline } from "../../lib/admin/overview/readPipeline.ts";
import { readSummary } from "../../lib/admin/overview/readSummary.ts";
import { callOperation } from "../../lib/api/operation.ts";
import { systemClock } from "../../lib/clock.ts";
import { recordStop } from "../../lib/throttle/providerStop.ts";
import { callerOf } from "../support/caller.ts";
import { addSessions, runUntilIdle, startPipeline, type TestPipeline } from "../support/pipeline.ts";

let pipeline: TestPipeline;
beforeAll(async () => {
  pipeline = await startPipeline({ emulator: { faults: ["line_refusal:once"] } });
});
afterAll(() => pipeline.close());
afterEach(async () => {
  await sql(`TRUNCATE "Company", "StatusCounter", "StatusFlow", "SpendHour", "ProviderStop" CASCADE`);
});

const sql = async (text: string, values: unknown[] = []) => (await pipeline.database.owner.query(text, values)).rows;

/** Somebody who looks, now or at a time of their own. */
const viewer = (at?: string) => {
  const ctx = callerOf(pipeline.ctx, "SUPPORT");
  return at ? { ...ctx, clock: { ...systemClock, now: () => new Date(at) } } : ctx;
};
const summaryAt = (at?: string) => callOperation(viewer(at), readSummary, {});
const pipelineAt = (at?: string) => callOperation(viewer(at), readPipeline, {});

describe("the summary", () => {
  it("counts requests and batches, and says how many went over each edge in the last hour", async () => {
    await addSessions(pipeline.ctx, 12);
    await runUntilIdle(pipeline.ctx);
    await sql(
      `UPDATE "AIProcessingRequest" SET "processingStatus" = 'PENDING_BATCHING', "batchId" = NULL, "requestedAt" = now() - interval '1 h'
        WHERE "processingStatus" = 'PROCESSING_FAILED'`,
    );
    await addSessions(pipeline.ctx, 3);
    const { summary, oldestAgeMs, lastHour, batches } = await summaryAt();
    expect(summary).toEqual({
      pending_batching: 4,
      batching_in_progress: 0,
      processing_complete: 11,
      processing_failed: 0,
    });
    expect(lastHour).toEqual({ imported: 15, batched: 12, completed: 11, failed: 1, returned: 1 });
    expect(batches).toMatchObject({ processed: 1, pending: 0, in_progress: 0, cancelled: 0 });
    expect(Object.keys(batches)).toHaveLength(9);
    expect(oldestAgeMs).toMatchObject({ batching_in_progress: null, processing_failed: null });
    expect(oldestAgeMs.pending_batching).toBeGreaterThanOrEqual(3_600_000);
    expect(oldestAgeMs.processing_complete).toBeLessThan(3_600_000);
    const later = new Date(Date.now() + 2 * 3_600_000).toISOString();
    const none = { imported: 0, batched: 0, completed: 0, failed: 0, returned: 0 };
    expect((await summaryAt(later)).lastHour).toEqual(none);
  });

  it("adds up what was spent today, and what the synchronous price would have been at each hour", async () => {
    const { rows } = pipeline.database;
    await rows.models(["one", "two"].map((name) => ({ id: name, name })));
    const price = { aiModelId: "one", currency: "XTS" };
    const atNine = { inputPerMillion: 10, cachedInputPerMillion: 1, outputPerMillion: 50 };
    const atTen = { inputPerMillion: 20, cachedInputPerMillion: 2, outputPerMillion: 100 };
    const batched = { inputPerMillion: 5, cachedInputPerMillion: 1, outputPerMillion: 25 };
    await rows.prices([
      { ...price, ...atNine, tier: "SYNC", effectiveUntil: "2026-11-24T10:00:00Z" },
      { ...price, ...atTen, tier: "SYNC", effectiveFrom: "2026-11-24T10:00:00Z" },
      { ...price, ...batched, tier: "BATCH" },
    ]);
    await rows.exchangeRates([
      { currency: "XTS", eurPerUnit: 0.5 },
      { currency: "XTS", eurPerUnit: 2, effectiveFrom: "2026-11-24T11:00:00Z" },
    ]);
    const spent = (hour: string, model: string, lines: number, tokens: [number, number, number], costEur: string) => {
      const [promptTokens, cachedTokens, completionTokens] = tokens;
      return { hour, model, lines, promptTokens, cachedTokens, completionTokens, costEur };
    };
    await rows.spendHours([
      spent("2026-11-23T23:00:00Z", "one", 9, [9_000_000, 0, 9_000_000], "99"),
      spent("2026-11-24T00:00:00Z", "one", 3, [600_000, 200_000, 50_000], "1.5"),
      { ...spent("2026-11-24T00:00:00Z", "one", 1, [400_000, 0, 50_000], "1.5"), shard: 1 },
      spent("2026-11-24T10:00:00Z", "one", 1, [1_000_000, 0, 0], "3.25"),
      spent("2026-11-24T11:00:00Z", "one", 1, [0, 0, 10_000], "0.5"),
      spent("2026-11-24T11:00:00Z", "two", 7, [1_000_000, 0, 0], "0.0000000007"),
    ]);
    const { costToday } = await summaryAt("2026-11-24T12:00:00Z");
    // (0.8 x 10 + 0.2 x 1 + 0.1 x 50) x 0.5 = 6.6; 20 x 0.5 = 10; 0.01 x 100 x 2 = 2; less what was paid for those.
    expect(Number(costToday.savedEur)).toBeCloseTo(6.6 - 3 + 10 - 3.25 + 2 - 0.5, 9);
    expect(costToday).toMatchObject({
      since: "2026-11-24T00:00:00.000Z",
      lines: 13,
      costEur: "6.7500000007",
      linesWithoutSyncPrice: 7,
    });
  });
});

describe("the pipeline at a glance", () => {
  it("has the last day in buckets: what moved, and the backlog as it stood at the end of each", async () => {
    const { rows } = pipeline.database;
    await rows.statusCounters([
      { status: "PENDING_BATCHING", count: 70 },
      { status: "PENDING_BATCHING", shard: 1, count: -10 },
      { status: "BATCHING_IN_PROGRESS", count: 25 },
      { status: "PROCESSING_COMPLETE", count: 15 },
    ]);
    await rows.statusFlows([
      { minute: "2026-11-23T11:00:00Z", status: "PENDING_BATCHING", entered: 100 },
      { minute: "2026-11-24T11:41:00Z", status: "PENDING_BATCHING", left: 45 },
      { minute: "2026-11-24T11:41:00Z", status: "BATCHING_IN_PROGRESS", entered: 40 },
      { minute: "2026-11-24T11:44:00Z", status: "BATCHING_IN_PROGRESS", shard: 1, entered: 5 },
      { minute: "2026-11-24T11:46:00Z", status: "BATCHING_IN_PROGRESS", left: 20 },
      { minute: "2026-11-24T11:46:00Z", status: "PROCESSING_COMPLETE", entered: 15 },
      { minute: "2026-11-24T11:46:00Z", status: "PENDING_BATCHING", entered: 5 },
      { minute: "2026-11-24T11:46:00Z", status: "PROCESSED", table: "AIBatchRequest", entered: 9 },
      { minute: "2026-11-24T12:01:00Z", status: "PENDING_BATCHING", entered: 10 },
      // The database's clock is a little ahead.
      { minute: "2026-11-24T12:05:00Z", status: "PENDING_BATCHING", entered: 10, left: 10 },
    ]);

    const { series, current, requests } = await pipelineAt("2026-11-24T12:04:59Z");
    const none = { imported: 0, batched: 0, completed: 0, failed: 0, returned: 0 };
    expect(series.bucketMs).toBe(300_000);
    expect(series.buckets).toHaveLength(288);
    expect(series.buckets[0]).toEqual({ at: "2026-11-23T12:00:00.000Z", ...none, pending: 90, inBatch: 0 });
    expect(series.buckets.slice(-5)).toEqual([
      { at: "2026-11-24T11:35:00.000Z", ...none, pending: 90, inBatch: 0 },
      { at: "2026-11-24T11:40:00.000Z", ...none, batched: 45, pending: 45, inBatch: 45 },
      { at: "2026-11-24T11:45:00.000Z", ...none, completed: 15, returned: 5, pending: 50, inBatch: 25 },
      { at: "2026-11-24T11:50:00.000Z", ...none, pending: 50, inBatch: 25 },
      { at: "2026-11-24T11:55:00.000Z", ...none, pending: 50, inBatch: 25 },
    ]);
    expect(current).toEqual({
      at: "2026-11-24T12:00:00.000Z",
      ...none,
      imported: 10,
      returned: 10,
      pending: 60,
      inBatch: 25,
    });
    expect(requests.counts).toMatchObject({ pending_batching: 60, batching_in_progress: 25 });
    expect(requests.lastHour).toMatchObject({ batched: 45, completed: 15 });
  });

  it("has the oldest two hundred batches in flight, each with its expected end, and whether it is late", async () => {
    const { rows } = pipeline.database;
    await rows.company({ id: "acme", name: "Acme" });
    const made = (n: number) => new Date(Date.UTC(2026, 10, 24, 9, n));
    await rows.batches(6, (n) => ({ status: "PROCESSED", createdAt: made(n) }));
    await rows.batches(205, (n) => ({ id: `live${n}`, status: "IN_PROGRESS", createdAt: made(n), requestCount: 5 }));
    const { batches } = await pipelineAt("2026-11-24T12:00:00Z");
    expect(batches.counts).toMatchObject({ in_progress: 205, processed: 6 });
    expect(batches.live).toHaveLength(200);
    expect(batches.live[0]).toMatchObject({ id: "live1", companyName: "Acme", status: "in_progress", requestCount: 5 });
    expect(batches.live[0]?.expected).toEqual({
      medianEnd: "2026-11-24T10:01:00.000Z",
      p90End: "2026-11-24T10:01:00.000Z",
      isLate: true,
    });
    expect(batches.live.filter(({ expected }) => expected?.isLate)).toHaveLength(119);
  });

  it("says when each scheduler runs next, and why nothing is sent to the provider", async () => {
    const before = await pipelineAt();
    expect(before.schedulers.map(({ name }) => name)).toContain("batch-creation");
    expect(before.providerStop).toBeNull();
    await recordStop(pipeline.ctx, "provider_quota_exhausted", "The account has no credit left");
    expect((await pipelineAt()).providerStop).toMatchObject({
      code: "provider_quota_exhausted",
      message: "The account has no credit left",
    });
  });
});
