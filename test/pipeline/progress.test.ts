import type { Pool } from "pg";
import { afterEach, expect, it } from "vitest";
import { createBulkRequeue } from "../../lib/admin/bulk/createBulkRequeue.ts";
import { isIdle, readProgress } from "../../lib/admin/overview/readProgress.ts";
import { callOperation } from "../../lib/api/operation.ts";
import type { BulkRequeueStatus } from "../../lib/db/enums.ts";
import { batchCreator } from "../../lib/pipeline/batchCreator.ts";
import { actingAs } from "../support/acting.ts";
import { runJobs } from "../support/jobs.ts";
import { addSessions, startPipeline, type TestPipeline } from "../support/pipeline.ts";

const SESSIONS = 5;

let pipeline: TestPipeline;
afterEach(() => pipeline.close());

it.each(["StatusCounter", "claimable", "openBatches"])(
  "is not idle when all that is pending is claimed just before it reads %s",
  async (read) => {
    pipeline = await startPipeline();
    await addSessions(pipeline.ctx, SESSIONS);
    let claimed: Promise<unknown> | undefined;
    const db = before(pipeline.database.pool, async (sql) => {
      // Nothing else waits for the claim: reads that are made side by side see the time before it.
      if (!sql.includes(`"${read}"`)) return;
      claimed ??= batchCreator(pipeline.ctx);
      await claimed;
    });
    const progress = await readProgress({ ...pipeline.ctx, db });
    expect(await claimed).toMatchObject({ requests: SESSIONS });
    expect(isIdle(progress), JSON.stringify(progress)).toBe(false);
    expect(progress.pending + progress.inBatch).toBe(SESSIONS);
  },
);

it.each<[BulkRequeueStatus, boolean]>([
  ["WAITING", false],
  ["RUNNING", false],
  ["DONE", true],
  ["ABORTED", true],
])("with a bulk requeue that is %s, and nothing else to do, idle is %s", async (status, idle) => {
  pipeline = await startPipeline();
  await pipeline.database.rows.bulkRequeue({ status });
  expect(isIdle(await readProgress(pipeline.ctx))).toBe(idle);
});

it("is not idle when a bulk requeue ends just before it is counted", async () => {
  pipeline = await startPipeline();
  await addSessions(pipeline.ctx, SESSIONS);
  await pipeline.ctx.db.query(
    `UPDATE "AIProcessingRequest" SET "processingStatus" = 'PROCESSING_FAILED', "completedAt" = now() - interval '1 day'`,
  );
  const input = { filter: {}, reason: "The provider was down" };
  await callOperation(actingAs(pipeline.database.pool, "ADMIN"), createBulkRequeue, input);
  let requeued: Promise<unknown> | undefined;
  const db = before(pipeline.database.pool, async (sql) => {
    if (!sql.includes(`"BulkRequeue"`)) return;
    requeued ??= runJobs(pipeline.ctx);
    await requeued;
  });
  const progress = await readProgress({ ...pipeline.ctx, db });
  await requeued;
  expect(isIdle(progress), JSON.stringify(progress)).toBe(false);
});

/** The same pool, which does something before it carries out a statement, on whichever connection. */
function before(pool: Pool, act: (sql: string) => Promise<void>): Pool {
  const intercept = <T extends object>(target: T, names: Record<string, unknown>): T =>
    new Proxy(target, {
      get(_, name) {
        const own = names[String(name)] ?? Reflect.get(target, name);
        return typeof own === "function" ? own.bind(target) : own;
      },
    });
  const query = async function (this: Pool, sql: string, values?: unknown[]) {
    await act(sql);
    return this.query(sql, values);
  };
  return intercept(pool, { query, connect: async () => intercept(await pool.connect(), { query }) });
}
