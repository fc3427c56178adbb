import { afterEach, describe, expect, it } from "vitest";
import { batchCreator } from "../../lib/pipeline/batchCreator.ts";
import { expectInvariants } from "../support/invariants.ts";
import { addSessions, runUntilIdle, startPipeline, type TestPipeline } from "../support/pipeline.ts";

let pipeline: TestPipeline;
afterEach(async () => pipeline.close());

async function batches() {
  const { rows } = await pipeline.ctx.db.query(
    `SELECT c."name" AS "company", b."model", b."requestCount" AS "lines", b."byteSize"::int AS "bytes"
       FROM "AIBatchRequest" b JOIN "Company" c ON c."id" = b."companyId" ORDER BY b."createdAt", b."id"`,
  );
  return rows;
}

describe("what goes into one batch", () => {
  it("is of one company and one model", async () => {
    pipeline = await startPipeline();
    await addSessions(pipeline.ctx, 5, { company: "A" });
    await addSessions(pipeline.ctx, 4, { company: "A", model: "gpt-6-sol" });
    await addSessions(pipeline.ctx, 3, { company: "B" });
    await runUntilIdle(pipeline.ctx);
    expect((await batches()).map(({ company, model, lines }) => [company, model, lines])).toEqual([
      ["A", "gpt-6-luna", 5],
      ["A", "gpt-6-sol", 4],
      ["B", "gpt-6-luna", 3],
    ]);
    await expectInvariants(pipeline);
  });

  it("stays within the lines a batch may have, companies taking turns", async () => {
    pipeline = await startPipeline({ env: { BATCH_MAX_LINES: "10" } });
    await addSessions(pipeline.ctx, 25, { company: "A" });
    await addSessions(pipeline.ctx, 5, { company: "B" });
    await batchCreator(pipeline.ctx);
    expect((await batches()).map(({ company, lines }) => [company, lines])).toEqual([
      ["A", 10],
      ["B", 5],
      ["A", 10],
      ["A", 5],
    ]);
  });

  it("stays within the bytes a batch may have", async () => {
    pipeline = await startPipeline({ env: { BATCH_MAX_BYTES: "40000" } });
    await addSessions(pipeline.ctx, 30, { text: (index) => "ü\u2028".repeat(index * 20) || "Hello there" });
    await runUntilIdle(pipeline.ctx);
    const made = await batches();
    expect(made.length).toBeGreaterThan(2);
    for (const { bytes } of made) expect(bytes).toBeLessThanOrEqual(40_000);
    expect(await expectInvariants(pipeline)).toMatchObject({ linesExecuted: 30 });
  });

  it("leaves out what can have no line, and says why", async () => {
    pipeline = await startPipeline({ env: { BATCH_MAX_BYTES: "10000" } });
    const { requestIds } = await addSessions(pipeline.ctx, 3, {
      text: (index) => ["Hello there, a question?", "   ", "x".repeat(20_000)][index] ?? "",
    });
    await pipeline.ctx.db.query(`UPDATE "Session" SET "externalSessionId" = 'chat ' || "id"`);
    await runUntilIdle(pipeline.ctx);
    const { rows } = await pipeline.ctx.db.query(
      `SELECT "processingStatus" AS "status", "errorCode" FROM "AIProcessingRequest" ORDER BY array_position($1, "id")`,
      [requestIds],
    );
    expect(rows).toEqual([
      { status: "PROCESSING_COMPLETE", errorCode: null },
      { status: "PROCESSING_FAILED", errorCode: "session_empty" },
      { status: "PROCESSING_FAILED", errorCode: "line_too_large" },
    ]);
    const failed = pipeline.logged().filter(({ event }) => event === "request.failed");
    expect(failed.map(({ requestId, code }) => [requestId, code])).toEqual([
      [requestIds[1], "session_empty"],
      [requestIds[2], "line_too_large"],
    ]);
    for (const line of failed) expect(line.externalSessionId).toBe(`chat ${line.sessionId}`);
  });

  it("is nothing of a suspended company, but what it has paid for is collected", async () => {
    pipeline = await startPipeline();
    const { companyId } = await addSessions(pipeline.ctx, 5, { company: "A" });
    await batchCreator(pipeline.ctx);
    await pipeline.ctx.db.query(`UPDATE "Company" SET "status" = 'SUSPENDED' WHERE "id" = $1`, [companyId]);
    await addSessions(pipeline.ctx, 4, { company: "A" });
    await expect(runUntilIdle(pipeline.ctx, 20)).rejects.toThrow("not idle");
    const { rows } = await pipeline.ctx.db.query(
      `SELECT "processingStatus" AS "status", count(*)::int AS "count" FROM "AIProcessingRequest" GROUP BY 1 ORDER BY 1`,
    );
    expect(rows).toEqual([
      { status: "PENDING_BATCHING", count: 4 },
      { status: "PROCESSING_COMPLETE", count: 5 },
    ]);
  });
});
