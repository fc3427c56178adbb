import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { readPipeline } from "../../lib/admin/overview/readPipeline.ts";
import { readSummary } from "../../lib/admin/overview/readSummary.ts";
import { callVerb } from "../../lib/api/verb.ts";
import { recordStop } from "../../lib/batch/providerStop.ts";
import { systemClock } from "../../lib/clock.ts";
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

const sql = async (text: string, values: unknown[] = []) => (await pipeline.ctx.db.query(text, values)).rows;

/** Somebody who looks, now or at a time of their own. */
const viewer = (at?: string) => {
  const ctx = callerOf(pipeline.ctx, "SUPPORT");
  return at ? { ...ctx, clock: { ...systemClock, now: () => new Date(at) } } : ctx;
};
const summaryAt = (at?: string) => callVerb(viewer(at), readSummary, {});
const pipelineAt = (at?: string) => callVerb(viewer(at), readPipeline, {});

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
    await sql(`INSERT INTO "AIModel" ("id", "name") VALUES ('m1', 'one'), ('m2', 'two')`);
    await sql(`INSERT INTO "AIModelPricing" ("id", "aiModelId", "tier", "currency", "inputPerMillion", "cachedInputPerMillion",
        "outputPerMillion", "effectiveFrom", "effectiveUntil") VALUES
      ('p1', 'm1', 'SYNC', 'XTS', 10, 1, 50, '2026-01-01Z', '2026-11-24T10:00:00Z'),
      ('p2', 'm1', 'SYNC', 'XTS', 20, 2, 100, '2026-11-24T10:00:00Z', NULL),
      ('p3', 'm1', 'BATCH', 'XTS', 5, 1, 25, '2026-01-01Z', NULL)`);
    await sql(`INSERT INTO "ExchangeRate" ("id", "currency", "eurPerUnit", "effectiveFrom") VALUES
      ('e1', 'XTS', 0.5, '2026-01-01Z'), ('e2', 'XTS', 2, '2026-11-24T11:00:00Z')`);
    await sql(`INSERT INTO "SpendHour" ("hour", "model", "shard", "lines", "promptTokens", "cachedTokens",
        "completionTokens", "costEur") VALUES
      ('2026-11-23T23:00:00Z', 'one', 0, 9, 9000000, 0, 9000000, 99),
      ('2026-11-24T00:00:00Z', 'one', 0, 3, 600000, 200000, 50000, 1.5),
      ('2026-11-24T00:00:00Z', 'one', 1, 1, 400000, 0, 50000, 1.5),
      ('2026-11-24T10:00:00Z', 'one', 0, 1, 1000000, 0, 0, 3.25),
      ('2026-11-24T11:00:00Z', 'one', 0, 1, 0, 0, 10000, 0.5),
      ('2026-11-24T11:00:00Z', 'two', 0, 7, 1000000, 0, 0, 0.0000000007)`);
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
    await sql(`INSERT INTO "StatusCounter" ("table", "status", "shard", "count") VALUES
      ('AIProcessingRequest', 'PENDING_BATCHING', 0, 70), ('AIProcessingRequest', 'PENDING_BATCHING', 1, -10),
      ('AIProcessingRequest', 'BATCHING_IN_PROGRESS', 0, 25), ('AIProcessingRequest', 'PROCESSING_COMPLETE', 0, 15)`);
    const flow = (minute: string, status: string, shard: number, entered: number, left: number) =>
      sql(
        `INSERT INTO "StatusFlow" ("minute", "table", "status", "shard", "entered", "left")
         VALUES ($1, 'AIProcessingRequest', $2, $3, $4, $5)`,
        [minute, status, shard, entered, left],
      );
    await flow("2026-11-23T11:00:00Z", "PENDING_BATCHING", 0, 100, 0);
    await flow("2026-11-24T11:41:00Z", "PENDING_BATCHING", 0, 0, 45);
    await flow("2026-11-24T11:41:00Z", "BATCHING_IN_PROGRESS", 0, 40, 0);
    await flow("2026-11-24T11:44:00Z", "BATCHING_IN_PROGRESS", 1, 5, 0);
    await flow("2026-11-24T11:46:00Z", "BATCHING_IN_PROGRESS", 0, 0, 20);
    await flow("2026-11-24T11:46:00Z", "PROCESSING_COMPLETE", 0, 15, 0);
    await flow("2026-11-24T11:46:00Z", "PENDING_BATCHING", 0, 5, 0);
    await sql(`INSERT INTO "StatusFlow" VALUES ('2026-11-24T11:46:00Z', 'AIBatchRequest', 'PROCESSED', 0, 9, 0)`);
    await flow("2026-11-24T12:01:00Z", "PENDING_BATCHING", 0, 10, 0);
    // The database's clock is a little ahead.
    await flow("2026-11-24T12:05:00Z", "PENDING_BATCHING", 0, 10, 10);

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
    await sql(`INSERT INTO "Company" ("id", "name") VALUES ('c', 'Acme')`);
    const add = (prefix: string, count: number, status: string) =>
      sql(
        `INSERT INTO "AIBatchRequest" ("id", "companyId", "model", "status", "endpoint", "requestCount", "byteSize",
           "contentHash", "createdAt", "submittedAt", "completedAt")
         SELECT $1 || i, 'c', 'm', $3::"AIBatchRequestStatus", '/v1', 5, 1, 'h', at, at, CASE WHEN $3 = 'PROCESSED' THEN at + interval '1 h' END
           FROM generate_series(1, $2::int) i, LATERAL (SELECT '2026-11-24T09:00:00Z'::timestamptz + i * interval '1 min' AS at) t`,
        [prefix, count, status],
      );
    await add("done", 6, "PROCESSED");
    await add("live", 205, "IN_PROGRESS");
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
