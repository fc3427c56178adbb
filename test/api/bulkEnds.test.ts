import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { adoptBulkRequeues } from "../../lib/admin/bulk/adoptBulkRequeues.ts";
import { readBulkRequeue } from "../../lib/admin/bulk/readBulkRequeue.ts";
import { abortJob } from "../../lib/admin/jobs/abortJob.ts";
import { readJob } from "../../lib/admin/jobs/readJob.ts";
import { type CallContext, callOperation } from "../../lib/api/operation.ts";
import type { BulkRequeueStatus } from "../../lib/db/enums.ts";
import { callerOf } from "../support/caller.ts";
import { consoleContext } from "../support/consoleContext.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { jobsOf, runJobs } from "../support/jobs.ts";
import { addRequests } from "../support/requests.ts";
import { silentLog } from "../web/support.ts";

let database: TestDatabase;
let ctx: CallContext;
beforeAll(async () => {
  database = await createTestDatabase();
  ctx = callerOf(consoleContext(database.pool, silentLog()), "ADMIN");
});
beforeEach(() => database.owner.query(`TRUNCATE "Company", "BulkRequeue", "Job" CASCADE`));
afterAll(() => database.drop());

const FILTER = { status: "processing_failed" };
const read = async (id: string) => (await callOperation(ctx, readBulkRequeue, { id })).bulk;
const failedRequests = async () =>
  (await database.pool.query(`SELECT 1 FROM "AIProcessingRequest" WHERE "processingStatus" = 'PROCESSING_FAILED'`))
    .rowCount;

/** A bulk requeue that is as given, with a job that is still to run. */
async function leave(status: BulkRequeueStatus, message?: string): Promise<{ bulkId: string; jobId: string }> {
  const finishedAt = ["WAITING", "RUNNING"].includes(status) ? null : new Date();
  const { id } = await database.rows.bulkRequeue({ status, message, finishedAt, filter: FILTER, cutoff: new Date() });
  const { id: jobId } = await database.rows.job({ targetId: id, input: { bulkId: id } });
  return { bulkId: id, jobId };
}

describe("the job of a bulk requeue that has ended before it", () => {
  it.each<[BulkRequeueStatus, string | undefined, object]>([
    ["DONE", undefined, { state: "done", error: null }],
    ["ABORTED", undefined, { state: "failed", error: "The bulk requeue was aborted." }],
    ["FAILED", "The disk is full.", { state: "failed", error: "The disk is full." }],
    ["FAILED", undefined, { state: "failed", error: "The bulk requeue failed." }],
  ])("ends as that has, %s with %j, and requeues nothing", async (status, message, end) => {
    await addRequests(database.pool, 3);
    const { bulkId, jobId } = await leave(status, message);
    const before = await read(bulkId);
    await runJobs(ctx);
    expect((await callOperation(ctx, readJob, { id: jobId })).job).toMatchObject(end);
    expect(await read(bulkId)).toEqual(before);
    expect(await failedRequests()).toBe(3);
  });
});

describe("a bulk requeue whose job is aborted", () => {
  it("is aborted with it, and has no fault to show", async () => {
    await addRequests(database.pool, 3);
    const { bulkId, jobId } = await leave("WAITING");
    await callOperation(ctx, abortJob, { id: jobId });
    await runJobs(ctx);
    expect(await read(bulkId)).toMatchObject({ status: "aborted", message: null, requeued: 0, failed: 0 });
    expect(await failedRequests()).toBe(3);
  });
});

describe("bulk requeues of a version that had no jobs", () => {
  it("are given one each, once, in the name of who asked for them; those that have ended are not", async () => {
    await addRequests(database.pool, 3);
    const given = { filter: FILTER, cutoff: new Date(), matched: 3 };
    const waiting = await database.rows.bulkRequeue({ ...given, createdBy: "ada@example.com" });
    await database.rows.bulkRequeue({ ...given, status: "ABORTED", finishedAt: new Date() });
    await leave("WAITING");
    expect(await adoptBulkRequeues(ctx)).toBe(1);
    expect(await adoptBulkRequeues(ctx)).toBe(0);
    const { rows } = await database.pool.query(
      `SELECT "kind", "askedBy", "total", "input" FROM "Job" WHERE "targetId" = $1`,
      [waiting.id],
    );
    expect(rows).toEqual([
      { kind: "bulk-requeue", askedBy: "ada@example.com", total: 3, input: { bulkId: waiting.id } },
    ]);
    await runJobs(ctx);
    expect((await jobsOf(ctx)).map(({ state }) => state)).toEqual(["DONE", "DONE"]);
    expect(await read(waiting.id)).toMatchObject({ status: "done" });
    expect(await failedRequests()).toBe(0);
  });
});
