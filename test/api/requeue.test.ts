import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createBulkRequeue } from "../../lib/admin/bulk/createBulkRequeue.ts";
import { readRequest } from "../../lib/admin/requests/readRequest.ts";
import { requeueRequests } from "../../lib/admin/requests/requeueRequests.ts";
import { type CallContext, callOperation } from "../../lib/api/operation.ts";
import { callerOf } from "../support/caller.ts";
import { consoleContext } from "../support/consoleContext.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { withCheck } from "../support/held.ts";
import { runJobs } from "../support/jobs.ts";
import { addRequests } from "../support/requests.ts";
import { silentLog } from "../web/support.ts";

let database: TestDatabase;
let ctx: CallContext;
beforeAll(async () => {
  database = await createTestDatabase();
  ctx = callerOf(consoleContext(database.pool, silentLog()), "ADMIN");
});
beforeEach(() => sql(`DELETE FROM "Company"`));
afterAll(() => database.drop());

const sql = async (text: string, values: unknown[] = []) => (await database.owner.query(text, values)).rows;
const requeue = (requestIds: unknown) => callOperation(ctx, requeueRequests, { requestIds });
const audited = () => sql(`SELECT * FROM "SecurityAuditLog" ORDER BY "createdAt" DESC, "id" DESC`);

describe("requeueing requests", () => {
  it("moves those that have failed, once, and counts the others", async () => {
    const failed = await addRequests(database.pool, 3, { prefix: "f" });
    const complete = await addRequests(database.pool, 2, { prefix: "c", status: "PROCESSING_COMPLETE" });
    const ids = [...failed, ...failed, ...complete, "missing", "missing"];
    expect(await requeue(ids)).toEqual({ requeuedCount: 3, notFoundCount: 1, skippedCount: 2 });
    expect(await requeue(ids)).toEqual({ requeuedCount: 0, notFoundCount: 1, skippedCount: 5 });
    const statuses = await sql(
      `SELECT DISTINCT left("id", 1) AS "kind", "processingStatus" FROM "AIProcessingRequest"`,
    );
    expect(statuses).toHaveLength(2);
    expect(statuses).toContainEqual({ kind: "f", processingStatus: "PENDING_BATCHING" });
    expect(statuses).toContainEqual({ kind: "c", processingStatus: "PROCESSING_COMPLETE" });
  });

  it("stands in the history of each, with who did it, alone or for many", async () => {
    const [alone = "", other = ""] = await addRequests(database.pool, 2, { prefix: "h" });
    const historyOf = async (id: string) => {
      const { timeline } = await callOperation(ctx, readRequest, { id });
      return timeline.filter(({ event }) => event === "sent_back");
    };
    await requeue([alone]);
    expect(await historyOf(alone)).toMatchObject([{ by: ctx.actor.name, bulkId: null, at: expect.any(String) }]);
    expect(await historyOf(other)).toEqual([]);
    const { bulk } = await callOperation(ctx, createBulkRequeue, { filter: {}, reason: "It was mended" });
    await runJobs(ctx);
    expect(await historyOf(other)).toMatchObject([{ by: ctx.actor.name, bulkId: bulk?.id }]);
    expect(await historyOf(alone)).toHaveLength(1);
  });

  it("says for a preview what it would do and for how much, and does nothing", async () => {
    const failed = await addRequests(database.pool, 3, { prefix: "f" });
    const [pending] = await addRequests(database.pool, 1, { prefix: "p", status: "PENDING_BATCHING" });
    const preview = () =>
      callOperation(ctx, requeueRequests, { requestIds: [...failed, "f1", pending, "missing"], preview: true });
    const counts = { requeuedCount: 3, notFoundCount: 1, skippedCount: 1 };
    expect(await preview()).toEqual({ ...counts, estimatedCostEur: null });
    await database.rows.batch({ estimatedCostEur: "0.5", requestCount: 100 });
    expect(await preview()).toEqual({ ...counts, estimatedCostEur: "0.015000" });
    expect(await requeue(failed)).toMatchObject({ requeuedCount: 3 });
  });

  it("gives all attempts back, and keeps the record of those that were", async () => {
    const { rows } = database;
    await rows.batch({ id: "b1", status: "PROCESSED" });
    await rows.request({
      id: "r1",
      processingStatus: "PROCESSING_FAILED",
      batchId: "b1",
      attempt: 5,
      failedAttempts: 5,
      notBefore: new Date(),
      maxOutputTokens: 2000,
    });
    await rows.attempt({ requestId: "r1", attempt: 5, batchId: "b1", outcome: "FAILED", code: "line_timed_out" });
    await requeue(["r1"]);
    expect(await sql(`SELECT * FROM "AIProcessingRequest"`)).toMatchObject([
      {
        processingStatus: "PENDING_BATCHING",
        batchId: null,
        attempt: 5,
        failedAttempts: 0,
        notBefore: null,
        success: false,
        errorCode: null,
        errorMessage: null,
        completedAt: null,
        maxOutputTokens: 2000,
      },
    ]);
    expect(await sql(`SELECT "code" FROM "AIRequestAttempt"`)).toEqual([{ code: "line_timed_out" }]);
  });

  it("is recorded: who, from where, what came of it", async () => {
    await addRequests(database.pool, 2);
    await requeue(["r1", "r2", "missing"]);
    expect((await audited())[0]).toMatchObject({
      action: "requests.requeue",
      outcome: "done",
      actorKind: "key",
      actorId: ctx.actor.id,
      ipAddress: ctx.from,
      requestId: ctx.requestId,
      targetType: "request",
      targetId: null,
      details: { requeuedCount: 2, notFoundCount: 1, skippedCount: 0, requeued: ["r1", "r2"] },
    });
    await requeue(["r1"]);
    expect((await audited())[0]).toMatchObject({ targetId: "r1", details: { requeuedCount: 0 } });
  });

  it("changes nothing when it cannot be recorded", async () => {
    await addRequests(database.pool, 1);
    await withCheck(database.owner, "SecurityAuditLog", `"action" <> 'requests.requeue'`, () =>
      expect(requeue(["r1"])).rejects.toThrow(/refuse/),
    );
    expect(await sql(`SELECT "processingStatus" AS "status" FROM "AIProcessingRequest"`)).toEqual([
      { status: "PROCESSING_FAILED" },
    ]);
  });

  it("takes up to 10,000 ids", async () => {
    const ids = await addRequests(database.pool, 10_000);
    expect(await requeue(ids)).toEqual({ requeuedCount: 10_000, notFoundCount: 0, skippedCount: 0 });
    const [record] = await audited();
    expect(record.details.requeued).toHaveLength(100);
    const refused = expect.objectContaining({ code: "invalid_input" });
    await expect(requeue([...ids, "one-more"])).rejects.toEqual(refused);
    await expect(requeue([])).rejects.toEqual(refused);
    await expect(requeue("r1")).rejects.toEqual(refused);
    await expect(requeue(["r1", 2])).rejects.toEqual(refused);
    await expect(requeue(["no id"])).rejects.toEqual(refused);
  });

  it("is not for SUPPORT, and the attempt is recorded", async () => {
    await addRequests(database.pool, 1);
    const support = callerOf(ctx, "SUPPORT");
    const call = callOperation(support, requeueRequests, { requestIds: ["r1"] });
    await expect(call).rejects.toMatchObject({ code: "forbidden" });
    const [record] = await audited();
    expect(record).toMatchObject({ action: "requeueRequests", outcome: "denied", actorId: support.actor.id });
  });
});
