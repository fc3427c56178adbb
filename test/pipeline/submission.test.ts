import { afterEach, describe, expect, it } from "vitest";
import { acquireLease, LeaseLostError, updateBatch, withLease } from "../../lib/batches/lease.ts";
import { after } from "../../lib/clock.ts";
import { batchCreator } from "../../lib/pipeline/batchCreator.ts";
import { batchPoller } from "../../lib/pipeline/batchPoller.ts";
import { claimBatch } from "../../lib/pipeline/create/claimBatch.ts";
import { submitBatch } from "../../lib/pipeline/submit/submitBatch.ts";
import { expectInvariants, readLedger } from "../support/invariants.ts";
import {
  addSessions,
  runUntilIdle,
  startPipeline,
  startPipelineInOwnTime,
  type TestPipeline,
} from "../support/pipeline.ts";
import { passTime } from "../support/testClock.ts";

const LINES = 30;
const chat = "/v1/chat/completions";

let pipeline: TestPipeline;
afterEach(async () => pipeline.close());

describe("a submission that is broken off", () => {
  it("adopts the provider batch when the reply to its creation was lost", async () => {
    pipeline = await startPipelineInOwnTime({ emulator: { faults: ["lost_reply_create:once"] } });
    await addSessions(pipeline.ctx, LINES);
    await runUntilIdle(pipeline.ctx);
    const ledger = await expectInvariants(pipeline);
    expect(ledger).toMatchObject({ linesExecuted: LINES, batches: { created: 1 } });
    expect(pipeline.logged().some((line) => line.event === "batch.adopted")).toBe(true);
  });

  it("finds a batch that shows in the list only later", async () => {
    pipeline = await startPipelineInOwnTime({
      emulator: { faults: ["lost_reply_create:once", "late_listing:ms=150"] },
    });
    await addSessions(pipeline.ctx, LINES);
    await runUntilIdle(pipeline.ctx);
    expect(await expectInvariants(pipeline)).toMatchObject({ linesExecuted: LINES });
  });

  it("makes a create that lands late fail, and submits anew", async () => {
    pipeline = await startPipelineInOwnTime({ emulator: { faults: ["late_create:once:ms=1000"] } });
    await addSessions(pipeline.ctx, LINES);
    await runUntilIdle(pipeline.ctx);
    await passTime(pipeline.ctx, 1_200);
    expect(await expectInvariants(pipeline)).toMatchObject({
      linesExecuted: LINES,
      batches: { byStatus: { completed: 1, failed: 1 } },
    });
  });

  it("is taken up by another worker when its worker died before the upload", async () => {
    pipeline = await startPipelineInOwnTime({ env: { BATCH_LEASE_DURATION: "3s" } });
    const { companyId } = await addSessions(pipeline.ctx, LINES);
    const { batch: dead } = await claimBatch(pipeline.ctx, { companyId, model: "gpt-6-luna" });
    await dead?.spool.remove();
    const other = pipeline.anotherWorker();
    await batchPoller(other);
    expect(await readLedger(pipeline)).toMatchObject({ batches: { created: 0 } });
    await runUntilIdle(other);
    expect(await expectInvariants(pipeline)).toMatchObject({ linesExecuted: LINES, batches: { created: 1 } });
  });

  it("is taken up for the endpoint that it was made for, though new ones are made for another", async () => {
    pipeline = await startPipelineInOwnTime({ env: { BATCH_LEASE_DURATION: "3s" } });
    const { companyId } = await addSessions(pipeline.ctx, LINES);
    const { batch: dead } = await claimBatch(pipeline.ctx, { companyId, model: "gpt-6-luna" });
    await dead?.spool.remove();
    const other = pipeline.anotherWorker({ OPENAI_ENDPOINT: "/v1/responses" });
    await addSessions(other, LINES, { text: (index) => `May I have week ${index} off?` });
    await runUntilIdle(other);
    expect(await expectInvariants(pipeline)).toMatchObject({
      linesExecuted: 2 * LINES,
      batches: { byStatus: { completed: 2 } },
    });
    const { rows } = await other.db.query(
      `SELECT b."endpoint", b."appliedCount", count(r."id")::int AS "answered", bool_and(r."totalTokens" > 0) AS "counted"
         FROM "AIBatchRequest" b JOIN "AIProcessingRequest" r ON r."batchId" = b."id"
        WHERE r."processingStatus" = 'PROCESSING_COMPLETE' GROUP BY b."id" ORDER BY b."createdAt"`,
    );
    expect(rows).toEqual(
      [chat, "/v1/responses"].map((endpoint) => ({ endpoint, appliedCount: LINES, answered: LINES, counted: true })),
    );
  });

  it("stops a worker that wakes after its lease went to another one", async () => {
    pipeline = await startPipelineInOwnTime({ env: { BATCH_LEASE_DURATION: "500ms" } });
    const { companyId } = await addSessions(pipeline.ctx, LINES);
    const { batch: claimed } = await claimBatch(pipeline.ctx, { companyId, model: "gpt-6-luna" });
    if (!claimed) throw new Error("nothing was claimed");
    await passTime(pipeline.ctx, 600);
    const other = pipeline.anotherWorker();
    await batchPoller(other);
    const sleeper = { batchId: claimed.id, epoch: claimed.epoch, signal: new AbortController().signal };
    const waking = submitBatch(pipeline.ctx, sleeper, { ...claimed, submissions: 0, endpoint: chat });
    await expect(waking).rejects.toThrow(LeaseLostError);
    await claimed.spool.remove();
    await runUntilIdle(other);
    expect(await expectInvariants(pipeline)).toMatchObject({ linesExecuted: LINES, batches: { created: 1 } });
  });

  it("keeps the batch as it is while the provider does not answer", async () => {
    pipeline = await startPipelineInOwnTime({
      emulator: { faults: ["http_error:4x:status=500|502|503,path=/v1/files"] },
    });
    await addSessions(pipeline.ctx, LINES);
    await batchCreator(pipeline.ctx);
    const { rows } = await pipeline.ctx.db.query(`SELECT "status", "errorCode" FROM "AIBatchRequest"`);
    expect(rows).toEqual([{ status: "UPLOADING", errorCode: "provider_unreachable" }]);
    expect(await batchCreator(pipeline.ctx)).toEqual({ batches: 0, requests: 0 });
    await runUntilIdle(pipeline.ctx);
    expect(await expectInvariants(pipeline)).toMatchObject({ linesExecuted: LINES });
  });

  it("waits as long as the provider asks, beyond what the SDK obeys", async () => {
    pipeline = await startPipelineInOwnTime({
      emulator: { faults: ["http_error:status=429,retry_after=300,path=/v1/batches"] },
    });
    await addSessions(pipeline.ctx, LINES);
    await batchCreator(pipeline.ctx);
    const { rows } = await pipeline.ctx.db.query(
      `SELECT "notBefore" >= $1::timestamptz + interval '300 seconds' AS "waits", "errorCode" FROM "AIBatchRequest"`,
      [pipeline.ctx.clock.now()],
    );
    expect(rows).toEqual([{ waits: true, errorCode: "provider_rate_limited" }]);
  });

  it.each(["GET,path=/v1/batches", "DELETE,path=/v1/files/*"])(
    "does not give up when another call is refused: %s",
    async (call) => {
      const lost = call.startsWith("GET")
        ? "lost_reply_create:once"
        : "connection_reset:once:method=POST,path=/v1/batches";
      pipeline = await startPipelineInOwnTime({
        emulator: { faults: [lost, `http_error:2x:status=400,method=${call}`] },
      });
      await addSessions(pipeline.ctx, LINES);
      await runUntilIdle(pipeline.ctx);
      expect(await expectInvariants(pipeline)).toMatchObject({ linesExecuted: LINES });
      const { rows } = await pipeline.ctx.db.query(`SELECT "status" FROM "AIBatchRequest"`);
      expect(rows).toEqual([{ status: "PROCESSED" }]);
    },
  );

  it("gives up when the create itself is refused, and says why", async () => {
    pipeline = await startPipelineInOwnTime({
      emulator: { faults: ["http_error:once:status=400,method=POST,path=/v1/batches"] },
    });
    await addSessions(pipeline.ctx, LINES);
    await runUntilIdle(pipeline.ctx);
    expect(await expectInvariants(pipeline)).toMatchObject({ linesExecuted: LINES, batches: { created: 1 } });
    const { rows } = await pipeline.ctx.db.query(
      `SELECT "status", "errorCode" FROM "AIBatchRequest" ORDER BY "createdAt", "id"`,
    );
    expect(rows).toEqual([
      { status: "FAILED", errorCode: "provider_refused" },
      { status: "PROCESSED", errorCode: null },
    ]);
  });

  it("takes a page of HTML for no answer, not for an empty list", async () => {
    pipeline = await startPipelineInOwnTime({
      emulator: { faults: ["lost_reply_create:once", "html_200:6x:method=GET,path=/v1/batches"] },
    });
    await addSessions(pipeline.ctx, LINES);
    await runUntilIdle(pipeline.ctx);
    expect(await expectInvariants(pipeline)).toMatchObject({ linesExecuted: LINES, batches: { created: 1 } });
  });
});

describe("leases", () => {
  it("lets four workers share the work, each batch in one hand", async () => {
    pipeline = await startPipeline({ env: { BATCH_MAX_LINES: "20" } });
    await addSessions(pipeline.ctx, 300);
    const workers = [pipeline.ctx, ...Array.from({ length: 3 }, () => pipeline.anotherWorker())];
    await Promise.all(workers.map((ctx) => runUntilIdle(ctx)));
    expect(await expectInvariants(pipeline)).toMatchObject({ linesExecuted: 300, batches: { created: 15 } });
  });

  it("renews a lease while work goes on, and hands it back at the end", async () => {
    pipeline = await startPipelineInOwnTime({ env: { BATCH_LEASE_DURATION: "600ms" } });
    const { companyId } = await addSessions(pipeline.ctx, LINES);
    const { batch: claimed } = await claimBatch(pipeline.ctx, { companyId, model: "gpt-6-luna" });
    await claimed?.spool.remove();
    const other = pipeline.anotherWorker();
    const leaseExpiry = async () =>
      (await pipeline.ctx.db.query(`SELECT "leaseExpiresAt" FROM "AIBatchRequest"`)).rows[0].leaseExpiresAt;
    await withLease(pipeline.ctx, { id: claimed?.id ?? "", epoch: 1 }, async () => {
      for (let renewals = 0; renewals < 5; renewals++) {
        await passTime(pipeline.ctx, 200);
        await expect.poll(leaseExpiry).toEqual(after(pipeline.ctx.clock, 600));
      }
      expect(await acquireLease(other, [])).toBeUndefined();
    });
    const taken = await acquireLease(other, []);
    expect(taken).toMatchObject({ id: claimed?.id, epoch: 2 });
    const stale = { batchId: claimed?.id ?? "", epoch: 1, signal: new AbortController().signal };
    await expect(updateBatch(pipeline.ctx.db, stale, { status: "UPLOADING" })).rejects.toThrow(LeaseLostError);
  });
});
