import { afterEach, expect, it } from "vitest";
import { eraseSessions } from "../../lib/admin/erasure/eraseSessions.ts";
import { callOperation } from "../../lib/api/operation.ts";
import { batchCreator } from "../../lib/pipeline/batchCreator.ts";
import { claimBatch } from "../../lib/pipeline/create/claimBatch.ts";
import { callerOf } from "../support/caller.ts";
import { expectInvariants } from "../support/invariants.ts";
import { addSessions, runUntilIdle, startPipelineInOwnTime, type TestPipeline } from "../support/pipeline.ts";
import { asTimeGoesBy } from "../support/testClock.ts";
import { erase, whereIs } from "./support.ts";

const MODEL = "gpt-6-luna";
const MARKER = "Marker7f3a";

let pipeline: TestPipeline;
afterEach(() => pipeline.close());

const rowsOf = async (sql: string, ...values: unknown[]) => (await pipeline.ctx.db.query(sql, values)).rows;
/** What became of these requests, and of each attempt. */
const endsOf = (requestIds: readonly string[]) =>
  rowsOf(
    `SELECT r."processingStatus"::text AS "status", r."errorCode", r."sessionId", a."outcome"::text, a."code", a."received",
            a."totalTokens" > 0 AS "isPaid"
       FROM "AIProcessingRequest" r LEFT JOIN "AIRequestAttempt" a ON a."requestId" = r."id"
      WHERE r."id" = ANY($1) ORDER BY r."id", a."attempt"`,
    requestIds,
  );
const DROPPED = {
  status: "PROCESSING_FAILED",
  errorCode: "session_erased",
  sessionId: null,
  outcome: "FAILED",
  code: "session_erased",
  received: null,
};

/** Sessions of which half say something that can be found again. */
async function addMarked(count: number) {
  const text = (index: number) =>
    index < count / 2 ? `${MARKER} asks for leave ${index}` : `I ask for leave ${index}`;
  const { companyId, sessionIds, requestIds } = await addSessions(pipeline.ctx, count, { text });
  return {
    companyId,
    marked: sessionIds.slice(0, count / 2),
    erased: requestIds.slice(0, count / 2),
    kept: requestIds.slice(count / 2),
  };
}

it("drops the answers of erased sessions when they come, with what they cost, and applies all others", async () => {
  pipeline = await startPipelineInOwnTime();
  const { ctx } = pipeline;
  const { companyId, marked, erased, kept } = await addMarked(6);
  await asTimeGoesBy(ctx, () => batchCreator(ctx));
  const preview = { filter: { companyId, sessions: marked }, preview: true };
  expect(await callOperation(callerOf(ctx, "ADMIN"), eraseSessions, preview)).toMatchObject({
    sessions: 3,
    inFlight: 3,
  });
  const { job } = await erase(ctx, { companyId, sessions: marked });
  expect(job?.outcome).toEqual({ erased: 3, dropped: 3, badRows: 0 });
  expect(await whereIs(ctx, MARKER)).toEqual([]);
  await runUntilIdle(ctx);
  expect(await endsOf(erased)).toEqual(erased.map(() => ({ ...DROPPED, isPaid: true })));
  expect(await endsOf(kept)).toMatchObject(kept.map(() => ({ status: "PROCESSING_COMPLETE", outcome: "APPLIED" })));
  expect(await rowsOf(`SELECT "appliedCount", "failedCount", "requeuedCount" FROM "AIBatchRequest"`)).toEqual([
    { appliedCount: 3, failedCount: 3, requeuedCount: 0 },
  ]);
  expect(await whereIs(ctx, MARKER)).toEqual([]);
  const ledger = await expectInvariants(pipeline);
  expect(ledger.linesSent).toBe(6);
});

it.each([
  ["expired before they ran", "expired:once:share=0"],
  ["failed in validation", "failed_validation:once:code=invalid_json_line,line=99"],
])("sends none of them again whose batch %s", async (_, fault) => {
  pipeline = await startPipelineInOwnTime({ emulator: { faults: [fault] } });
  const { ctx } = pipeline;
  const { companyId, marked, erased, kept } = await addMarked(4);
  await asTimeGoesBy(ctx, () => batchCreator(ctx));
  await erase(ctx, { companyId, sessions: marked });
  await runUntilIdle(ctx);
  expect(await endsOf(erased)).toMatchObject(erased.map(() => DROPPED));
  const complete = await rowsOf(
    `SELECT 1 FROM "AIProcessingRequest" WHERE "id" = ANY($1) AND "processingStatus" = 'PROCESSING_COMPLETE'`,
    kept,
  );
  expect(complete).toHaveLength(kept.length);
  const ledger = await expectInvariants(pipeline);
  // All of them once, and those that were kept once more.
  expect(ledger.linesSent).toBe(4 + 2);
});

it("waits for a file that is named late, though some lines were never sent", async () => {
  pipeline = await startPipelineInOwnTime({ emulator: { faults: ["files_named_late:once:ms=200"] } });
  const { ctx } = pipeline;
  const { companyId, sessionIds } = await addSessions(ctx, 4);
  const { batch } = await claimBatch(ctx, { companyId, model: MODEL });
  await batch?.spool.remove();
  await erase(ctx, { companyId, sessions: sessionIds.slice(0, 2) });
  await runUntilIdle(ctx);
  expect(await expectInvariants(pipeline)).toMatchObject({ linesSent: 2, linesExecuted: 2 });
});

it("counts the lines that were sent, when the provider names one of them", async () => {
  const faults = ["failed_validation:once:code=invalid_json_line,line=2"];
  pipeline = await startPipelineInOwnTime({ emulator: { faults } });
  const { ctx } = pipeline;
  const { companyId, sessionIds, requestIds } = await addSessions(ctx, 3);
  const { batch } = await claimBatch(ctx, { companyId, model: MODEL });
  await batch?.spool.remove();
  await erase(ctx, { companyId, sessions: sessionIds.slice(0, 1) });
  await runUntilIdle(ctx);
  expect(await endsOf(requestIds.slice(1, 2))).toMatchObject([
    { status: "PROCESSING_COMPLETE", code: "batch_line_errors" },
    { status: "PROCESSING_COMPLETE", outcome: "APPLIED" },
  ]);
  expect(await endsOf(requestIds.slice(2))).toMatchObject([{ status: "PROCESSING_FAILED", code: "line_rejected" }]);
});

it.each([
  ["some", 2],
  ["all", 4],
])(
  "leaves them out where a worker that had claimed %s of them is gone, and another writes the file anew",
  async (_, count) => {
    pipeline = await startPipelineInOwnTime();
    const { ctx } = pipeline;
    const { companyId, sessionIds, requestIds } = await addSessions(ctx, 4);
    const { batch } = await claimBatch(ctx, { companyId, model: MODEL });
    await batch?.spool.remove();
    await erase(ctx, { companyId, sessions: sessionIds.slice(0, count) });
    await runUntilIdle(ctx);
    expect(await endsOf(requestIds.slice(0, count))).toMatchObject(Array.from({ length: count }, () => DROPPED));
    const ledger = await expectInvariants(pipeline);
    expect(ledger.linesSent).toBe(4 - count);
    expect(await rowsOf(`SELECT "status"::text FROM "AIBatchRequest"`)).toEqual([
      { status: count === 4 ? "FAILED" : "PROCESSED" },
    ]);
  },
);
